import JSONValues
import KubernetesObjects
import Testing

struct OwnerChainTests {
    private func object(
        _ kind: String,
        _ name: String,
        owner: (kind: String, name: String)? = nil,
        isController: Bool = true,
        apiVersion: String = "example.com/v1"
    ) -> JSON {
        var object: JSON = [
            "apiVersion": .string(apiVersion), "kind": .string(kind),
            "metadata": [
                "name": .string(name), "namespace": "n", "uid": .string("\(kind)/\(name)"),
            ],
        ]
        if let owner {
            object.ownerReferences = [
                [
                    "kind": .string(owner.kind), "name": .string(owner.name),
                    "uid": .string("\(owner.kind)/\(owner.name)"),
                    "controller": .bool(isController),
                ]
            ]
        }
        return object
    }

    @Test func `what an operator makes is the work of the owner at the end of its chain`() {
        let root = object("Shop", "main")
        let middle = object("Deployment", "web", owner: ("Shop", "main"))
        let inner = object("ReplicaSet", "web-1", owner: ("Deployment", "web"))
        let pod = object("Pod", "web-1-x", owner: ("ReplicaSet", "web-1"))
        let chain = OwnerChain([pod, middle, root, inner])
        #expect(chain.reason(root) == nil)
        for made in [middle, inner, pod] { #expect(chain.reason(made) == "Shop main makes it") }
    }

    @Test func `a chain ends at an owner that was not read`() {
        let set = object("ReplicaSet", "web-1", owner: ("Deployment", "gone"))
        #expect(OwnerChain([set]).reason(set) == "Deployment gone makes it")
    }

    @Test func `what only ends with a user's object is the user's, with a made one it is made`() {
        let deployment = object("Deployment", "web")
        let pod = object("Pod", "web-x", owner: ("Deployment", "web"))
        let kept = object(
            "ConfigMap",
            "kept",
            owner: ("Deployment", "web"),
            isController: false
        )
        let lost = object("ConfigMap", "lost", owner: ("Pod", "web-x"), isController: false)
        let chain = OwnerChain([deployment, pod, kept, lost])
        #expect(chain.reason(kept) == nil)
        #expect(chain.reason(lost) == "it ends with Pod web-x, which its cluster made")
    }

    @Test func `owners in a circle end`() {
        let left = object("A", "left", owner: ("B", "right"), isController: false)
        let right = object("B", "right", owner: ("A", "left"), isController: false)
        #expect(OwnerChain([left, right]).reason(left) == nil)
        let round = object("A", "round", owner: ("A", "round"))
        #expect(OwnerChain([round]).reason(round) == "A round makes it")
    }

    /// Before 1.33 they bear no label, and without ready pods no annotation either.
    @Test func `endpoints of a Service with a selector are the controller's`() {
        var service = object("Service", "web", apiVersion: "v1")
        let endpoints = object("Endpoints", "web", apiVersion: "v1")
        #expect(OwnerChain([service, endpoints]).reason(endpoints) == nil)
        service.spec = ["selector": ["app": "web"]]
        let chain = OwnerChain([service, endpoints])
        #expect(chain.reason(endpoints) == "the endpoints controller makes it")
    }
}
