import JSONValues

/// The estate that Diolkos ships: fifty services in five namespaces that call each other up to
/// five deep, fifteen of them reached from outside; and a workload of each other kind beside them.
///
/// The demo, the rehearsals of the project itself and the process tests move it. `diolkos demo
/// --print-estate` writes it as manifests that any cluster takes.
package enum DemoEstate {
    /// One Deployment, or StatefulSet, and its Service.
    package struct Service: Sendable {
        /// One of `namespaces`.
        package var namespace: String
        /// Of the workload, the Service and all that belongs to them.
        package var name: String
        /// Services it calls for each of its own requests, as `name.namespace`.
        package var calls: [String]
        /// The host by which it is reached from outside, if it is.
        package var host: String?
        /// How many pods it has at the source.
        package var replicas: Int
        /// How long it works on a request itself, in milliseconds.
        package var workMilliseconds: Int
        /// This many requests in a thousand take much longer.
        package var slowPerMille: Int
        /// Whether a HorizontalPodAutoscaler stands over it.
        package var isAutoscaled: Bool
        /// Whether a PodDisruptionBudget guards it.
        package var hasDisruptionBudget: Bool
        /// Whether it is a StatefulSet.
        package var isStateful: Bool

        package init(
            namespace: String,
            name: String,
            calls: [String] = [],
            host: String? = nil,
            replicas: Int = 1,
            workMilliseconds: Int = 1,
            slowPerMille: Int = 0,
            isAutoscaled: Bool = false,
            hasDisruptionBudget: Bool = false,
            isStateful: Bool = false
        ) {
            self.namespace = namespace
            self.name = name
            self.calls = calls
            self.host = host
            self.replicas = replicas
            self.workMilliseconds = workMilliseconds
            self.slowPerMille = slowPerMille
            self.isAutoscaled = isAutoscaled
            self.hasDisruptionBudget = hasDisruptionBudget
            self.isStateful = isStateful
        }
    }

    /// Sorted.
    package static let namespaces = ["accounts", "catalog", "orders", "platform", "storefront"]

    /// In the order of the call graph: who calls stands before whom it calls.
    package static let services: [Service] = fronts + seconds + thirds + fourths + fifths

    /// What is reached from outside, sorted.
    package static var hosts: [String] { services.compactMap(\.host).sorted() }

    /// At most five calls stand behind a request from outside.
    private static let fronts: [Service] = [
        front("storefront", "home", calls: ["recommendations.catalog"], replicas: 3, slow: 2),
        front("storefront", "search", calls: ["index.catalog"], replicas: 2),
        front("storefront", "product", calls: ["products.catalog"], replicas: 2),
        front("storefront", "basket", calls: ["carts.orders"], replicas: 2),
        front(
            "storefront",
            "checkout",
            calls: ["purchases.orders", "flags.platform"],
            replicas: 2
        ),
        front("storefront", "help", calls: ["articles.catalog"]),
        front("accounts", "login", calls: ["sessions.accounts", "flags.platform"], replicas: 2),
        front("accounts", "profile", calls: ["users.accounts"]),
        front("accounts", "consent", calls: ["preferences.accounts"]),
        front("catalog", "feed", calls: ["products.catalog", "flags.platform"]),
        front("catalog", "images", calls: [], replicas: 2, slow: 5),
        front("orders", "tracking", calls: ["shipments.orders"]),
        front("orders", "returns", calls: ["refunds.orders", "flags.platform"]),
        front("platform", "events", calls: ["ingest.platform"]),
        front("platform", "webhooks", calls: ["dispatch.platform"]),
    ]

    private static let seconds: [Service] = [
        inner("catalog", "recommendations", calls: ["ranking.catalog"]),
        inner("catalog", "index", calls: ["suggestions.catalog"]),
        inner("catalog", "products", calls: ["prices.catalog"], replicas: 2),
        inner("catalog", "articles", calls: ["translations.catalog"]),
        inner("orders", "carts", calls: ["offers.orders"], replicas: 2),
        inner("orders", "purchases", calls: ["payments.orders"], replicas: 2),
        inner("orders", "shipments", calls: ["carriers.orders"]),
        inner("orders", "refunds", calls: ["payments.orders"]),
        inner("accounts", "sessions", calls: ["tokens.accounts"], replicas: 2),
        inner("accounts", "users", calls: ["directory.accounts"]),
        inner("accounts", "preferences", calls: ["directory.accounts"]),
        inner("platform", "ingest", calls: ["queue.platform"]),
        inner("platform", "dispatch", calls: ["queue.platform"]),
    ]

    private static let thirds: [Service] = [
        inner("catalog", "ranking", calls: ["features.catalog"]),
        inner("catalog", "suggestions", calls: ["dictionary.catalog"]),
        inner("catalog", "prices", calls: ["rates.orders"]),
        inner("catalog", "translations", calls: ["dictionary.catalog"]),
        inner("orders", "offers", calls: ["rates.orders"]),
        inner("orders", "payments", calls: ["ledger.orders"]),
        inner("orders", "carriers", calls: ["zones.orders"]),
        inner("accounts", "tokens", calls: ["keys.accounts"]),
        inner("accounts", "directory", calls: ["groups.accounts"]),
        inner("platform", "queue", calls: ["blobs.platform"]),
    ]

    private static let fourths: [Service] = [
        inner("catalog", "features", calls: ["blobs.platform"]),
        inner("catalog", "dictionary", calls: ["blobs.platform"]),
        inner("orders", "rates", calls: ["currencies.platform"]),
        inner("orders", "ledger", calls: ["audit.platform"]),
        inner("orders", "zones", calls: ["geo.platform"]),
        inner("accounts", "keys", calls: ["audit.platform"]),
        inner("accounts", "groups", calls: ["flags.platform"]),
    ]

    private static let fifths: [Service] = [
        inner("platform", "blobs", replicas: 2),
        inner("platform", "currencies"),
        inner("platform", "audit"),
        inner("platform", "geo"),
        inner("platform", "flags", replicas: 2),
    ]

    private static func front(
        _ namespace: String,
        _ name: String,
        calls: [String],
        replicas: Int = 1,
        slow: Int = 0
    ) -> Service {
        Service(
            namespace: namespace,
            name: name,
            calls: calls,
            host: "\(name).\(namespace).example",
            replicas: replicas,
            slowPerMille: slow,
            hasDisruptionBudget: replicas > 1
        )
    }

    private static func inner(
        _ namespace: String,
        _ name: String,
        calls: [String] = [],
        replicas: Int = 1
    ) -> Service {
        Service(
            namespace: namespace,
            name: name,
            calls: calls,
            replicas: replicas,
            isAutoscaled: replicas > 1
        )
    }
}

extension DemoEstate {
    /// Three services of a namespace of their own, for a migration that is carried back.
    package static let laboratory: [Service] = [
        front("laboratory", "bench", calls: ["scales.laboratory"], replicas: 2),
        inner("laboratory", "scales", calls: ["samples.laboratory"]),
        inner("laboratory", "samples"),
    ]
}
