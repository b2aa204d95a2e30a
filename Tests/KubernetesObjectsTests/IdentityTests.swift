import JSONValues
import KubernetesObjects
import Testing

struct IdentityTests {
    @Test func `an API version parts into group and version`() {
        #expect(GroupVersion(apiVersion: "v1") == GroupVersion(group: "", version: "v1"))
        #expect(GroupVersion(apiVersion: "apps/v1")?.apiVersion == "apps/v1")
        #expect(GroupVersion(apiVersion: "a/b/c") == nil)
        #expect(GroupVersion(apiVersion: "") == nil)
    }

    @Test func `a kind knows its paths and the words that people use`() {
        let kind = ResourceKind(
            group: "apps",
            version: "v1",
            kind: "Deployment",
            plural: "deployments",
            isNamespaced: true,
            shortNames: ["deploy"]
        )
        #expect(
            kind.path(namespace: "shop", name: "cart", subresource: "scale")
                == "/apis/apps/v1/namespaces/shop/deployments/cart/scale"
        )
        #expect(kind.path() == "/apis/apps/v1/deployments")
        for word in ["deploy", "Deployment", "deployments.apps", "deployments.v1.apps"] {
            #expect(kind.isNamed(word), "\(word)")
        }
        #expect(!kind.isNamed("deployments.extensions"))
        let node = ResourceKind(
            group: "",
            version: "v1",
            kind: "Node",
            plural: "nodes",
            isNamespaced: false
        )
        #expect(node.path(namespace: "shop", name: "a") == "/api/v1/nodes/a")
    }

    @Test func `an object's members are read and written`() throws {
        var object = try JSON.parse(
            #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","labels":{"x":"y"}}}"#
        )
        object.namespace = "shop"
        object.annotations["k"] = "v"
        object.labels = [:]
        object.generation = 3
        #expect(object.namespacedName == "shop/a")
        #expect(
            object.text() == #"{"apiVersion":"v1","kind":"Pod","metadata":{"#
                + #""annotations":{"k":"v"},"generation":3,"name":"a","namespace":"shop"}}"#
        )
        #expect(object.groupVersionKind?.description == "/v1, Kind=Pod")
    }

    @Test(arguments: ["a", "ab", "1a", "a-1", "a.b-c.d", String(repeating: "a", count: 253)])
    func `good subdomains pass`(name: String) {
        #expect(NameRules.problemsOfSubdomain(name).isEmpty)
    }

    @Test(arguments: ["", "A", "a_b", "-a", "a-", "a..b", ".a", "a.", "a b", "a/b", "ä"])
    func `bad subdomains are refused with the pattern`(name: String) {
        #expect(
            NameRules.problemsOfSubdomain(name) == [
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric "
                    + "characters, '-' or '.', and must start and end with an alphanumeric "
                    + "character (e.g. 'example.com', regex used for validation is "
                    + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
            ]
        )
    }

    @Test func `labels, keys and values have rules of their own`() {
        #expect(NameRules.problemsOfLabel("a.b") == ["must not contain dots"])
        #expect(NameRules.problemsOfLabel(String(repeating: "a", count: 63)).isEmpty)
        #expect(!NameRules.problemsOfServiceName("1a").isEmpty)
        #expect(NameRules.problemsOfLabelKey("example.com/My_Name.x").isEmpty)
        #expect(NameRules.problemsOfLabelKey("/a") == ["prefix part must be non-empty"])
        #expect(!NameRules.problemsOfLabelKey("a/b/c").isEmpty)
        #expect(NameRules.problemsOfLabelValue("").isEmpty)
        #expect(!NameRules.problemsOfLabelValue("a b").isEmpty)
        #expect(NameRules.problemsOfPathSegment("system:a") == [])
        #expect(NameRules.problemsOfPathSegment("a/b") == ["may not contain '/'"])
    }
}
