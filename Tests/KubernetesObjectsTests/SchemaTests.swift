import JSONValues
import KubernetesObjects
import Testing

struct SchemaTests {
    let deployment = GroupVersionKind(group: "apps", version: "v1", kind: "Deployment")
    let service = GroupVersionKind(group: "", version: "v1", kind: "Service")

    @Test func `a list knows its keys and its merge key`() throws {
        let schema = try #require(SchemaCatalog.builtIn.schema(for: service))
        let ports = try #require(schema.field("spec")?.field("ports"))
        #expect(ports.kind == .list)
        #expect(ports.listType == .map)
        #expect(ports.listMapKeys == ["port", "protocol"])
        #expect(ports.patchMergeKey == "port")
        #expect(ports.patchStrategies == ["merge"])
        #expect(ports.items?.field("protocol")?.defaultValue == "TCP")
        #expect(ports.items?.field("targetPort")?.kind == .intOrString)
        #expect(ports.items?.field("port")?.isRequired == true)
        #expect(schema.at("spec", "selector")?.isAtomicMap == true)
    }

    @Test func `marks stand at the field and at what it refers to`() throws {
        let schema = try #require(SchemaCatalog.builtIn.schema(for: deployment))
        let spec = try #require(schema.field("spec"))
        #expect(spec.referenceName == "io.k8s.api.apps.v1.DeploymentSpec")
        #expect(spec.field("strategy")?.patchStrategies == ["retainKeys"])
        #expect(spec.field("selector")?.isAtomicMap == true)
        let pod = try #require(spec.at("template", "spec"))
        #expect(pod.field("volumes")?.patchStrategies == ["merge", "retainKeys"])
        let container = try #require(pod.field("containers")?.items)
        #expect(container.at("resources", "limits")?.values?.kind == .quantity)
        #expect(container.field("ports")?.items?.field("protocol")?.defaultValue == "TCP")
        #expect(container.field("nothing") == nil)
        #expect(schema.at("metadata", "finalizers")?.applyListType == .set)
        #expect(schema.at("metadata", "ownerReferences")?.applyListKeys == ["uid"])
        #expect(schema.at("metadata", "creationTimestamp")?.kind == .time)
    }

    @Test func `every definition can be read, and every reference leads somewhere`() {
        let catalog = SchemaCatalog.builtIn
        var fields = 0
        for name in catalog.definitionNames {
            guard let schema = catalog.definition(named: name) else {
                Issue.record("\(name) cannot be read")
                continue
            }
            for field in schema.fieldNames {
                fields += 1
                guard let place = schema.field(field) else { continue }
                let inner = place.items ?? place.values ?? place
                if let reference = inner.referenceName {
                    #expect(catalog.definition(named: reference) != nil, "\(name).\(field)")
                }
            }
        }
        #expect(catalog.definitionNames.count > 450)
        #expect(fields > 2_000)
    }

    @Test func `kinds that only an older server has are there, and lists of every kind`() {
        let catalog = SchemaCatalog.builtIn
        for (group, version, kind) in [
            ("", "v1", "PodList"), ("apps", "v1", "DeploymentList"), ("", "v1", "Binding"),
            ("autoscaling", "v2beta2", "HorizontalPodAutoscaler"), ("", "v1", "Event"),
            ("autoscaling", "v2", "HorizontalPodAutoscaler"), ("autoscaling", "v1", "Scale"),
            ("batch", "v1", "CronJob"), ("policy", "v1", "PodDisruptionBudget"),
            ("networking.k8s.io", "v1", "Ingress"), ("discovery.k8s.io", "v1", "EndpointSlice"),
            ("apiextensions.k8s.io", "v1", "CustomResourceDefinition"),
            ("coordination.k8s.io", "v1", "Lease"), ("storage.k8s.io", "v1", "StorageClass"),
        ] {
            let wanted = GroupVersionKind(group: group, version: version, kind: kind)
            #expect(catalog.schema(for: wanted) != nil, "\(wanted)")
            #expect(catalog.kinds.contains(wanted))
        }
        let list = catalog.schema(
            for: GroupVersionKind(group: "", version: "v1", kind: "ConfigMapList")
        )
        #expect(list?.field("items")?.items?.field("data")?.kind == .map)
        #expect(catalog.kinds(ofDefinition: "io.k8s.api.apps.v1.Deployment") == [deployment])
    }

    @Test func `a schema may refer to itself`() {
        let definition = GroupVersionKind(
            group: "apiextensions.k8s.io",
            version: "v1",
            kind: "CustomResourceDefinition"
        )
        let schema = SchemaCatalog.builtIn.schema(for: definition)
        let properties = schema?.at("spec", "versions", "schema", "openAPIV3Schema", "properties")
        #expect(properties?.values?.field("properties")?.values?.field("type")?.kind == .string)
    }

    @Test func `a custom resource's own schema becomes one`() throws {
        let schema = TypeSchema(
            customResource: try JSON.parse(
                #"""
                {"type":"object","required":["spec"],"properties":{
                  "spec":{"type":"object","required":["size"],"properties":{
                    "size":{"type":"integer","format":"int32","default":1},
                    "port":{"x-kubernetes-int-or-string":true},
                    "free":{"type":"object","x-kubernetes-preserve-unknown-fields":true},
                    "names":{"type":"object","additionalProperties":{"type":"string"}},
                    "hosts":{"type":"array","x-kubernetes-list-type":"map",
                      "x-kubernetes-list-map-keys":["name"],
                      "items":{"type":"object","properties":{"name":{"type":"string"}}}},
                    "template":{"type":"object","x-kubernetes-embedded-resource":true,
                      "x-kubernetes-preserve-unknown-fields":true}}}}}
                """#
            )
        )
        #expect(schema.at("metadata", "labels")?.values?.kind == .string)
        #expect(schema.field("apiVersion")?.kind == .string)
        let spec = try #require(schema.field("spec"))
        #expect(spec.isRequired)
        #expect(spec.field("size")?.defaultValue == 1)
        #expect(spec.field("port")?.kind == .intOrString)
        #expect(spec.field("free")?.keepsUnknownFields == true)
        #expect(spec.field("names")?.values?.kind == .string)
        #expect(spec.field("hosts")?.listMapKeys == ["name"])
        #expect(spec.at("template", "metadata", "name")?.kind == .string)
        #expect(!schema.keepsUnknownFields)
        #expect(TypeSchema(customResource: nil).keepsUnknownFields)
    }
}
