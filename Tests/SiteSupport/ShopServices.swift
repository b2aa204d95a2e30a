import Twin

/// Small estates that cross as large ones do: `home` is reached from outside and calls `basket`.
package enum ShopServices {
    private static let home = DemoEstate.Service(
        namespace: "shop",
        name: "home",
        calls: ["basket.shop"],
        host: "home.example"
    )

    /// Nothing more than these.
    package static let two = [home, DemoEstate.Service(namespace: "shop", name: "basket")]

    /// `basket` calls `rates` in its turn.
    package static let three = [
        home,
        DemoEstate.Service(namespace: "shop", name: "basket", calls: ["rates.shop"]),
        DemoEstate.Service(namespace: "shop", name: "rates"),
    ]
}
