import JSONValues
import MigrationModel
import MigrationPorts
import Testing
import TrafficKubernetes

/// The words of `kubectl` for weights in objects.
@Suite struct PlainKubernetesRoutesTests {
    private let route = RouteID("shop/web")

    private var plain: PlainKubernetesRoutes {
        PlainKubernetesRoutes(
            routes: [
                WeightedRoute(
                    route: route,
                    namespace: "shop",
                    name: "web",
                    shares: .backends(.httpRoute, source: "web", target: "web-there")
                )
            ],
            kubectl: ["kubectl", "--context", "here"]
        )
    }

    @Test func `each value goes back to where it was found`() {
        let requested = RequestedWeight(
            weight: .none,
            native: #"{"0/source":100,"0/target":null}"#,
            place: #"{"kind":"httproute.gateway.networking.k8s.io","pointers":"#
                + #"{"0/source":"/spec/rules/0/backendRefs/0/weight","#
                + #""0/target":"/spec/rules/0/backendRefs/1/weight"}}"#
        )
        #expect(
            plain.restore(requested, on: route) == [
                "kubectl --context here -n shop patch httproute.gateway.networking.k8s.io web "
                    + "--type=json -p '["
                    + #"{"op":"add","path":"/spec/rules/0/backendRefs/0/weight","value":100},"#
                    + #"{"op":"add","path":"/spec/rules/0/backendRefs/1/weight","value":null}]'"#
            ]
        )
    }

    @Test func `a weight whose place is not known ends the script and says what it was`() {
        let requested = RequestedWeight(weight: .none, native: #"{"0/source":100}"#)
        #expect(
            plain.restore(requested, on: route) == [
                #"{ echo 'give shop/web its weights back: {"0/source":100}' >&2; exit 1; }"#
            ]
        )
    }
}
