import Testing

@testable import KubernetesCopy

@Suite struct NamespaceTextTests {
    private static let text = NamespaceText(
        names: ["shop": "store", "pay": "money"],
        known: KnownNames(
            services: ["web.shop", "db.shop", "shop.shop", "ledger.pay"],
            objects: ["shop/web", "shop/settings"]
        )
    )

    /// What stands there, and what must stand there then.
    static let addresses: [(text: String, target: String)] = [
        ("web.shop", "web.store"),
        ("http://web.shop:8080/shop?x=shop", "http://web.store:8080/shop?x=shop"),
        ("web.shop.svc", "web.store.svc"),
        ("web.shop.svc.cluster.local", "web.store.svc.cluster.local"),
        ("web.shop.svc.cluster.local.:80", "web.store.svc.cluster.local.:80"),
        ("other.shop.svc.cluster.local", "other.store.svc.cluster.local"),
        ("web.shop.svc.k8s.example", "web.store.svc.k8s.example"),
        ("shop.shop.svc", "shop.store.svc"),
        ("shop.shop:80", "shop.store:80"),
        ("db-0.db.shop.svc,db-1.db.shop", "db-0.db.store.svc,db-1.db.store"),
        ("_http._tcp.web.shop.svc", "_http._tcp.web.store.svc"),
        ("10-0-0-1.shop.pod.cluster.local", "10-0-0-1.store.pod.cluster.local"),
        ("localhost,.shop.svc,10.0.0.0/8", "localhost,.store.svc,10.0.0.0/8"),
        ("*.shop.svc.cluster.local", "*.store.svc.cluster.local"),
        ("shop.svc.cluster.local svc.cluster.local", "store.svc.cluster.local svc.cluster.local"),
        ("amqp://user:secret@db.shop:5672/shop", "amqp://user:secret@db.store:5672/shop"),
        ("--peers=web.shop,ledger.pay", "--peers=web.store,ledger.money"),
        ("jdbc:mysql://db.shop:3306/shop", "jdbc:mysql://db.store:3306/shop"),
        ("{\"url\":\"http://web.shop\"}", "{\"url\":\"http://web.store\"}"),
        ("outbound|80||web.shop.svc.cluster.local", "outbound|80||web.store.svc.cluster.local"),
        ("spiffe://cluster.local/ns/shop/sa/web", "spiffe://cluster.local/ns/store/sa/web"),
        ("system:serviceaccount:shop:web", "system:serviceaccount:store:web"),
        ("system:serviceaccounts:shop", "system:serviceaccounts:store"),
        ("https://k/api/v1/namespaces/shop/pods", "https://k/api/v1/namespaces/store/pods"),
        ("grüße an web.shop – ledger.pay", "grüße an web.store – ledger.money"),
    ]

    @Test(arguments: addresses)
    func `an address is led to the new name`(_ address: (text: String, target: String)) {
        let found = Self.text.search(address.text, hint: "value")
        #expect(found.text == address.target)
        #expect(found.doubted.isEmpty)
    }

    @Test(arguments: [
        "shop", "workshop", "shopping", "my-shop", "shop-web", "shop_db", "web.workshop",
        "web.shop-two", "web.shop.example.com", "com.example.shop.Cart", "shop.properties",
        "welcome to the shop", "mysql -D shop", "/srv/shop/data", "shop=1", "a.pay.b", "SHOP",
        "registry.example.com/shop/web:1", "other.shop is a word", "/app/other.shop",
    ])
    func `what is no address of the namespace stays, and is not even doubted`(_ text: String) {
        let found = Self.text.search(text, hint: "value")
        #expect(found.text == nil)
        #expect(found.doubted.isEmpty)
    }

    /// What stands there, and what is said of it around.
    static let doubts: [(text: String, hint: String)] = [
        ("shop", "POD_NAMESPACE"), ("--namespace=shop", "args"), ("kubectl -n shop get pods", ""),
        ("namespaces: [a, shop]", "config.yaml"), ("http://other.shop/", ""), ("other.shop:80", ""),
        ("http://${SERVICE}.shop/", ""), ("*.shop", ""), ("web.shop: 5", ""), ("web.shop=5", ""),
        ("com.example.shop.svc.Cart", ""), ("shop.svc", ""), ("/etc/nginx/web.shop.svc", ""),
        ("shop/settings", "auth-secret"), ("web.shop(1)", ""), ("a,shop", "allowed-namespaces"),
    ]

    @Test(arguments: doubts)
    func `what may be the namespace stays, and is told`(_ doubt: (text: String, hint: String)) {
        let found = Self.text.search(doubt.text, hint: doubt.hint)
        #expect(found.text == nil)
        #expect(found.doubted == ["shop"])
    }

    @Test func `names that are swapped do not run into each other`() {
        let text = NamespaceText(names: ["a": "b", "b": "a"], known: KnownNames())
        #expect(text.search("x.a.svc y.b.svc", hint: "").text == "x.b.svc y.a.svc")
    }

    /// Draws the same numbers for the same seed.
    private struct Draw {
        var state: UInt64

        mutating func element(of list: [String]) -> String {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return list[Int(state >> 33) % list.count]
        }
    }

    @Test(arguments: 1...200)
    func `there and back is where it was, whatever stands around`(_ seed: UInt64) {
        let pieces = [
            "web.shop", "db.shop.svc", "other.shop.svc.cluster.local", "ledger.pay", "shop", "pay",
            "workshop", "shop-web", "com.example.shop", "http://", "/", ":80", ":", " ", ",", "=",
            "\"", "\n", "@", "ü", "/ns/", "system:serviceaccount:", "--namespace=", ".", "-n ",
            "/api/v1/namespaces/", "*", "$", "(", "svc", "cluster.local",
        ]
        var draw = Draw(state: seed)
        let source = (0..<40).map { _ in draw.element(of: pieces) }.joined()
        let back = NamespaceText(
            names: ["store": "shop", "money": "pay"],
            known: KnownNames(
                services: ["web.store", "db.store", "shop.store", "ledger.money"],
                objects: ["store/web", "store/settings"]
            )
        )
        let there = Self.text.search(source, hint: "value")
        let target = there.text ?? source
        let found = back.search(target, hint: "value")
        #expect((found.text ?? target) == source)
        #expect(found.rewritten.count == there.rewritten.count)
    }
}
