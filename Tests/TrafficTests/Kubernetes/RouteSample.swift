import JSONValues
import KubernetesObjects
import MigrationModel
import YAMLDocuments

/// Objects of the kinds that share requests, written by hand after each kind's own documents.
enum RouteSample {
    enum Kind: String, Sendable, CaseIterable {
        case httpRoute = "HTTPRoute"
        case grpcRoute = "GRPCRoute"
        case virtualService = "VirtualService"
        case traefikService = "TraefikService"
        case httpProxy = "HTTPProxy"
        case trafficSplit = "TrafficSplit"
        case values = "Splitter"
        case canary = "Canary"
        case swap = "Swap"
    }

    /// The definition of a kind that no server has by itself, with the one default that matters.
    static func definition(_ kind: Kind) -> JSON? {
        guard let (group, version) = groups[kind] else { return nil }
        let plural = kind == .httpProxy ? "httpproxies" : kind.rawValue.lowercased() + "s"
        let weight = kind == .httpRoute || kind == .grpcRoute ? ", default: 1" : ""
        return yaml(
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata:
              name: \(plural).\(group)
              annotations: {api-approved.kubernetes.io: "unapproved, for a test"}
            spec:
              group: \(group)
              scope: Namespaced
              names:
                kind: \(kind.rawValue)
                plural: \(plural)
                singular: \(kind.rawValue.lowercased())
                listKind: \(kind.rawValue)List
              versions:
                - name: \(version)
                  served: true
                  storage: true
                  subresources: {status: {}}
                  schema:
                    openAPIV3Schema:
                      type: object
                      properties:
                        status: {type: object, x-kubernetes-preserve-unknown-fields: true}
                        spec:
                          type: object
                          x-kubernetes-preserve-unknown-fields: true
                          properties:
                            rules:
                              type: array
                              items:
                                type: object
                                x-kubernetes-preserve-unknown-fields: true
                                properties:
                                  backendRefs:
                                    type: array
                                    items:
                                      type: object
                                      x-kubernetes-preserve-unknown-fields: true
                                      properties:
                                        weight: {type: integer, minimum: 0\(weight)}
            """
        )
    }

    private static let groups: [Kind: (String, String)] = [
        .httpRoute: ("gateway.networking.k8s.io", "v1"),
        .grpcRoute: ("gateway.networking.k8s.io", "v1"),
        .virtualService: ("networking.istio.io", "v1"),
        .traefikService: ("traefik.io", "v1alpha1"),
        .httpProxy: ("projectcontour.io", "v1"),
        .trafficSplit: ("split.smi-spec.io", "v1alpha4"),
        .values: ("traffic.example.com", "v1"),
    ]

    /// The object called `name`, which gives everything to the source, and what stands beside it.
    static func objects(_ kind: Kind, _ name: String, in namespace: String) -> [JSON] {
        let metadata = "metadata: {name: \(name), namespace: \(namespace)}"
        let head = groups[kind].map {
            "apiVersion: \($0.0)/\($0.1)\nkind: \(kind.rawValue)\n\(metadata)\nspec:\n"
        }
        switch kind {
        case .canary, .swap: return ingresses(kind, name, in: namespace)
        default: return [yaml((head ?? "") + specs(kind))]
        }
    }

    private static func specs(_ kind: Kind) -> String {
        switch kind {
        case .httpRoute, .grpcRoute:
            """
              parentRefs: [{name: front}]
              rules:
                - matches: [{path: {type: PathPrefix, value: /}}]
                  filters: [{type: RequestHeaderModifier}]
                  backendRefs:
                    - {name: retired, port: 80, weight: 0}
                    - {name: web-blue, port: 80}
                    - {name: web-green, port: 80, weight: 0}
            """
        case .virtualService:
            """
              hosts: [web.example]
              http:
                - name: main
                  route:
                    - {destination: {host: web, subset: blue}, weight: 100}
                    - {destination: {host: web, subset: green}, weight: 0}
            """
        case .traefikService:
            """
              weighted:
                services:
                  - {name: web-blue, port: 80}
                  - {name: web-green, port: 80, weight: 0}
            """
        case .httpProxy:
            """
              virtualhost: {fqdn: web.example}
              routes:
                - conditions: [{prefix: /}]
                  services:
                    - {name: web-blue, port: 80, weight: 7}
                    - {name: web-green, port: 80}
                    - {name: mirror, port: 80, weight: 50, mirror: true}
            """
        case .trafficSplit:
            """
              service: web
              backends:
                - {service: web-blue, weight: 1}
                - {service: web-green, weight: 0}
            """
        default:
            """
              shares: {blue: "1000", green: "0"}
            """
        }
    }

    private static func ingresses(_ kind: Kind, _ name: String, in namespace: String) -> [JSON] {
        func ingress(_ name: String, _ annotations: String, _ service: String) -> JSON {
            yaml(
                """
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: \(name), namespace: \(namespace), annotations: {\(annotations)}}
                spec:
                  rules:
                    - host: \(name.prefix(1)).example
                      http:
                        paths:
                          - path: /
                            pathType: Prefix
                            backend: {service: {name: \(service), port: {name: http}}}
                """
            )
        }
        if kind == .swap { return [ingress(name, "", "web-blue")] }
        let annotations =
            "nginx.ingress.kubernetes.io/canary: \"true\", "
            + "nginx.ingress.kubernetes.io/canary-weight-total: \"1000\""
        return [
            ingress("\(name)-main", "", "\(name)-blue"),
            ingress(name, annotations, "\(name)-green"),
        ]
    }

    /// The route that the object called `name` serves.
    static func route(
        _ kind: Kind,
        _ route: RouteID,
        _ name: String,
        in namespace: String
    ) -> WeightedRoute {
        let list = BackendListKind(rawValue: kind.rawValue)
        let shares: WeightedRoute.Shares =
            switch kind {
            case .virtualService:
                .backends(.virtualService, source: "web/blue", target: "web/green")
            case .values:
                .values(
                    apiVersion: "traffic.example.com/v1",
                    kind: "Splitter",
                    source: "/spec/shares/blue",
                    target: "/spec/shares/green",
                    scale: 1_000
                )
            case .canary: .canary
            case .swap: .swap(host: nil, source: "web-blue", target: "web-green:8080")
            default:
                .backends(list ?? .httpRoute, source: "web-blue", target: "web-green")
            }
        return WeightedRoute(route: route, namespace: namespace, name: name, shares: shares)
    }

    /// What a data plane of the kind would share by, read without the provider.
    static func weights(_ kind: Kind, of object: JSON) -> (source: Int, target: Int) {
        func pair(_ list: JSON?, absent: Int, from first: Int = 0) -> (Int, Int) {
            (list?[first]?["weight"]?.int ?? absent, list?[first + 1]?["weight"]?.int ?? absent)
        }
        let spec = object.spec ?? .null
        switch kind {
        case .httpRoute, .grpcRoute:
            return pair(spec["rules"]?[0]?["backendRefs"], absent: 1, from: 1)
        case .virtualService: return pair(spec["http"]?[0]?["route"], absent: 0)
        case .traefikService: return pair(spec.at("weighted", "services"), absent: 1)
        case .httpProxy: return pair(spec["routes"]?[0]?["services"], absent: 0)
        case .trafficSplit: return pair(spec["backends"], absent: 0)
        case .values:
            let shares = spec["shares"]
            return (
                Int(shares?["blue"]?.string ?? "") ?? 0, Int(shares?["green"]?.string ?? "") ?? 0
            )
        case .canary:
            let text = object.annotations["nginx.ingress.kubernetes.io/canary-weight"]
            let weight = Int(text ?? "") ?? 0
            return (1_000 - weight, weight)
        case .swap:
            let service = spec["rules"]?[0]?.at("http", "paths")?[0]?.at("backend", "service")
            return service?["name"] == "web-green" ? (0, 1) : (1, 0)
        }
    }

    static func yaml(_ text: String) -> JSON {
        do {
            return try YAMLDocuments.parse(text).first?.json ?? .null
        } catch {
            preconditionFailure("a sample is no YAML: \(error)")
        }
    }
}
