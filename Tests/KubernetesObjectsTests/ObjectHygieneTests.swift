import JSONValues
import KubernetesObjects
import Testing

struct ObjectHygieneTests {
    typealias Options = ObjectHygiene.Options

    struct Case: Sendable, CustomTestStringConvertible {
        let says: String
        let stored: String
        let portable: String
        var options = Options()
        var testDescription: String { says }

        init(_ says: String, _ stored: String, _ portable: String, options: Options = Options()) {
            (self.says, self.stored, self.portable) = (says, stored, portable)
            self.options = options
        }
    }

    static let metadata = [
        Case(
            "what a server sets goes",
            #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"n","uid":"u","#
                + #""resourceVersion":"1","generation":1,"creationTimestamp":"t","managedFields":[{}],"#
                + #""selfLink":"/x","deletionTimestamp":"t","deletionGracePeriodSeconds":1,"#
                + #""generateName":"a-","labels":{"l":"1"},"annotations":{"k":"v"}},"status":{},"data":{"x":"y"}}"#,
            #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"n","#
                + #""labels":{"l":"1"},"annotations":{"k":"v"}},"data":{"x":"y"}}"#
        ),
        Case(
            "owner references and finalizers go",
            #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","ownerReferences":[{"uid":"o"}],"finalizers":["x/y","keep/me"]}}"#,
            #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}"#
        ),
        Case(
            "owner references and finalizers stay if the caller says so",
            #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","ownerReferences":[{"uid":"o"}],"finalizers":["x/y","keep/me"]}}"#,
            #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","ownerReferences":[{"uid":"o"}],"finalizers":["keep/me"]}}"#,
            options: Options(keepsOwnerReferences: true, keptFinalizers: ["keep/me"])
        ),
        Case(
            "kubectl's annotation stays",
            #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}"}}}"#,
            #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}"}}}"#
        ),
        Case(
            "kubectl's annotation goes if the caller says so",
            #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}"}}}"#,
            #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}"#,
            options: Options(keepsLastApplied: false)
        ),
        Case(
            "kubectl's annotation never stays on a Secret",
            #"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}"}},"data":{"p":"eA=="}}"#,
            #"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"},"data":{"p":"eA=="}}"#
        ),
        Case(
            "a rollout's revision goes",
            #"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"a","annotations":{"deployment.kubernetes.io/revision":"3"}},"spec":{"replicas":1},"status":{"replicas":1}}"#,
            #"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"a"},"spec":{"replicas":1}}"#
        ),
        Case(
            "a namespace's finalizers and drawn ranges go",
            #"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a","labels":{"kubernetes.io/metadata.name":"a","pod-security.kubernetes.io/enforce":"restricted"},"annotations":{"openshift.io/sa.scc.uid-range":"1/2"}},"spec":{"finalizers":["kubernetes"]},"status":{"phase":"Active"}}"#,
            #"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a","labels":{"pod-security.kubernetes.io/enforce":"restricted"}}}"#
        ),
    ]

    static let others = [
        Case(
            "a claim binds anew",
            #"{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"a","annotations":{"pv.kubernetes.io/bind-completed":"yes","pv.kubernetes.io/bound-by-controller":"yes","volume.kubernetes.io/selected-node":"n","volume.beta.kubernetes.io/storage-provisioner":"p","volume.kubernetes.io/storage-provisioner":"p","mine":"1"},"finalizers":["kubernetes.io/pvc-protection"]},"spec":{"volumeName":"pv","storageClassName":"s"}}"#,
            #"{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"a","annotations":{"mine":"1"}},"spec":{"storageClassName":"s"}}"#
        ),
        Case(
            "a volume forgets the claim's uid, not its name",
            #"{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"a"},"spec":{"claimRef":{"name":"c","namespace":"n","uid":"u","resourceVersion":"1"}}}"#,
            #"{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"a"},"spec":{"claimRef":{"name":"c","namespace":"n"}}}"#
        ),
        Case(
            "a service account loses its drawn token, not the user's secrets",
            #"{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"a"},"secrets":[{"name":"a-token-x7f2q"},{"name":"mine"}],"imagePullSecrets":[{"name":"r"}]}"#,
            #"{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"a"},"secrets":[{"name":"mine"}],"imagePullSecrets":[{"name":"r"}]}"#
        ),
        Case(
            "a token secret is filled in again",
            #"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a","annotations":{"kubernetes.io/service-account.name":"s","kubernetes.io/service-account.uid":"u"}},"type":"kubernetes.io/service-account-token","data":{"token":"x","ca.crt":"y","namespace":"z"}}"#,
            #"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a","annotations":{"kubernetes.io/service-account.name":"s"}},"type":"kubernetes.io/service-account-token"}"#
        ),
        Case(
            "a pod loses its node and its token volume",
            #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"nodeName":"n","priority":0,"serviceAccountName":"s","volumes":[{"name":"s-token-abcde"},{"name":"kube-api-access-x1"},{"name":"data"}],"containers":[{"name":"c","volumeMounts":[{"name":"s-token-abcde"},{"name":"data"}]}],"initContainers":[{"name":"i","volumeMounts":[{"name":"kube-api-access-x1"}]}]}}"#,
            #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"serviceAccountName":"s","volumes":[{"name":"data"}],"containers":[{"name":"c","volumeMounts":[{"name":"data"}]}],"initContainers":[{"name":"i"}]}}"#
        ),
        Case(
            "a job draws its selector anew",
            #"{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"a","labels":{"batch.kubernetes.io/controller-uid":"u","batch.kubernetes.io/job-name":"a","app":"x"}},"spec":{"selector":{"matchLabels":{"batch.kubernetes.io/controller-uid":"u"}},"template":{"metadata":{"labels":{"controller-uid":"u","job-name":"a","batch.kubernetes.io/controller-uid":"u","batch.kubernetes.io/job-name":"a"}},"spec":{}}}}"#,
            #"{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"a","labels":{"app":"x"}},"spec":{"template":{"metadata":{},"spec":{}}}}"#
        ),
        Case(
            "a job's own selector stays",
            #"{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"a"},"spec":{"manualSelector":true,"selector":{"matchLabels":{"controller-uid":"mine"}},"template":{"metadata":{"labels":{"controller-uid":"mine"}}}}}"#,
            #"{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"a"},"spec":{"manualSelector":true,"selector":{"matchLabels":{"controller-uid":"mine"}},"template":{"metadata":{"labels":{"controller-uid":"mine"}}}}}"#
        ),
        Case(
            "an aggregated role's rules are filled in again",
            #"{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"a"},"aggregationRule":{"x":1},"rules":[{}]}"#,
            #"{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"a"},"aggregationRule":{"x":1}}"#
        ),
        Case(
            "a custom kind called Service is left alone",
            #"{"apiVersion":"serving.knative.dev/v1","kind":"Service","metadata":{"name":"a"},"spec":{"clusterIP":"x"}}"#,
            #"{"apiVersion":"serving.knative.dev/v1","kind":"Service","metadata":{"name":"a"},"spec":{"clusterIP":"x"}}"#
        ),
    ]

    @Test(arguments: metadata + others)
    func `an object becomes portable`(_ test: Case) throws {
        let portable = ObjectHygiene.portable(try JSON.parse(test.stored), options: test.options)
        #expect(portable == (try JSON.parse(test.portable)), "\(portable.text())")
        #expect(ObjectHygiene.portable(portable, options: test.options) == portable)
    }

    /// The stored Service, its last-applied configuration and its managed fields, and what stays of
    /// its `spec`.
    @Test(
        arguments: [
            (
                #"{"clusterIP":"None","clusterIPs":["None"],"ports":[{"port":80}]}"#, nil, nil,
                #"{"clusterIP":"None","clusterIPs":["None"],"ports":[{"port":80}]}"#
            ),
            (
                #"{"clusterIP":"10.0.0.5","clusterIPs":["10.0.0.5"],"ipFamilies":["IPv4"],"ipFamilyPolicy":"SingleStack","type":"ClusterIP"}"#,
                nil, nil, #"{"type":"ClusterIP"}"#
            ),
            (
                #"{"type":"ExternalName","externalName":"x.y"}"#, nil, nil,
                #"{"type":"ExternalName","externalName":"x.y"}"#
            ),
            (
                #"{"ports":[{"name":"a","port":80,"nodePort":30080},{"name":"b","port":81,"nodePort":30081}]}"#,
                #"{"spec":{"ports":[{"name":"a","port":80,"nodePort":30080},{"name":"b","port":81}]}}"#,
                nil,
                #"{"ports":[{"name":"a","port":80,"nodePort":30080},{"name":"b","port":81}]}"#
            ),
            (
                #"{"ports":[{"port":80,"nodePort":30080}]}"#,
                #"{"spec":{"ports":[{"port":80,"nodePort":30080}]}}"#,
                nil, #"{"ports":[{"port":80,"nodePort":30080}]}"#
            ),
            (
                #"{"ports":[{"port":80,"nodePort":30080}]}"#, #"{"spec":{"ports":[{"port":80}]}}"#,
                #"{"f:spec":{"f:ports":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{"f:nodePort":{}}}}}"#,
                #"{"ports":[{"port":80}]}"#
            ),
            (
                #"{"ports":[{"port":80,"protocol":"TCP","nodePort":30080},{"port":81,"protocol":"TCP","nodePort":30081}]}"#,
                nil,
                #"{"f:spec":{"f:ports":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{},"f:nodePort":{}}}}}"#,
                #"{"ports":[{"port":80,"protocol":"TCP","nodePort":30080},{"port":81,"protocol":"TCP"}]}"#
            ),
            (
                #"{"healthCheckNodePort":31000,"externalTrafficPolicy":"Local"}"#, nil, nil,
                #"{"externalTrafficPolicy":"Local"}"#
            ),
            (
                #"{"healthCheckNodePort":31000}"#, #"{"spec":{"healthCheckNodePort":31000}}"#, nil,
                #"{"healthCheckNodePort":31000}"#
            ),
            (
                #"{"healthCheckNodePort":31000,"ipFamilyPolicy":"RequireDualStack"}"#, nil,
                #"{"f:spec":{"f:healthCheckNodePort":{},"f:ipFamilyPolicy":{}}}"#,
                #"{"healthCheckNodePort":31000,"ipFamilyPolicy":"RequireDualStack"}"#
            ),
        ] as [(String, String?, String?, String)]
    )
    func `a Service keeps what its user chose`(
        spec: String,
        applied: String?,
        managed: String?,
        kept: String
    ) throws {
        var service: JSON = ["apiVersion": "v1", "kind": "Service", "metadata": ["name": "s"]]
        service.spec = try JSON.parse(spec)
        if let applied {
            service.annotations["kubectl.kubernetes.io/last-applied-configuration"] = applied
        }
        if let managed {
            service.managedFields = [
                [
                    "manager": "kubectl", "operation": "Apply", "apiVersion": "v1",
                    "fieldsType": "FieldsV1", "fieldsV1": try JSON.parse(managed),
                ]
            ]
        }
        let portable = ObjectHygiene.portable(service)
        #expect(portable.spec == (try JSON.parse(kept)), "\(portable.text())")
        let all = ObjectHygiene.portable(service, options: Options(keepsNodePorts: true))
        #expect(all.at("spec", "ports") == service.at("spec", "ports"))
    }

    @Test(arguments: [
        (#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"kube-root-ca.crt"}}"#, true),
        (#"{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default"}}"#, true),
        (
            #"{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default"},"imagePullSecrets":[{"name":"x"}]}"#,
            false
        ),
        (
            #"{"apiVersion":"v1","kind":"Service","metadata":{"name":"kubernetes","namespace":"default"}}"#,
            true
        ),
        (
            #"{"apiVersion":"v1","kind":"Service","metadata":{"name":"kubernetes","namespace":"mine"}}"#,
            false
        ),
        (
            #"{"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"a","ownerReferences":[{"kind":"Deployment","name":"d","controller":true}]}}"#,
            true
        ),
        (#"{"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"orphan"}}"#, false),
        (
            #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"l","annotations":{"control-plane.alpha.kubernetes.io/leader":"{}"}}}"#,
            true
        ),
        (#"{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"l"}}"#, true),
        (
            #"{"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{"name":"e","labels":{"endpointslice.kubernetes.io/managed-by":"endpointslice-controller.k8s.io"}}}"#,
            true
        ),
        (
            #"{"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{"name":"e","labels":{"endpointslice.kubernetes.io/managed-by":"me"}}}"#,
            false
        ),
        (
            #"{"apiVersion":"v1","kind":"Endpoints","metadata":{"name":"e","annotations":{"endpoints.kubernetes.io/last-change-trigger-time":"t"}}}"#,
            true
        ),
        (#"{"apiVersion":"v1","kind":"Endpoints","metadata":{"name":"e"}}"#, false),
        (
            #"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s-token-x1y2z","annotations":{"kubernetes.io/service-account.name":"s"}},"type":"kubernetes.io/service-account-token"}"#,
            true
        ),
        (
            #"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"mine","annotations":{"kubernetes.io/service-account.name":"s"}},"type":"kubernetes.io/service-account-token"}"#,
            false
        ),
        (
            #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"m","annotations":{"kubernetes.io/config.mirror":"x"}}}"#,
            true
        ),
        (#"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"kube-system"}}"#, true),
        (
            #"{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"admin","labels":{"kubernetes.io/bootstrapping":"rbac-defaults"}}}"#,
            true
        ),
        (
            #"{"apiVersion":"apiregistration.k8s.io/v1","kind":"APIService","metadata":{"name":"v1.apps","labels":{"kube-aggregator.kubernetes.io/automanaged":"onstart"}}}"#,
            true
        ),
        (#"{"apiVersion":"v1","kind":"Event","metadata":{"name":"e"}}"#, true),
        (#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"mine"}}"#, false),
    ])
    func `what a cluster makes for itself is told from a user's objects`(
        object: String,
        isMade: Bool
    ) throws {
        #expect((ClusterMade.reason(try JSON.parse(object)) != nil) == isMade)
    }
}
