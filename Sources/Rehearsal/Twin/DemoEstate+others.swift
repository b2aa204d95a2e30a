extension DemoEstate {
    /// A StatefulSet that is called by the name of its Service.
    package static let shards = Service(
        namespace: "catalog",
        name: "shards",
        replicas: 2,
        isStateful: true
    )

    /// A consumer: a Deployment that no Service leads to, whose pods share what waits.
    package static let mailer = Service(namespace: "accounts", name: "mailer", replicas: 2)

    /// A CronJob that begins a Job each minute.
    package static let report = (namespace: "orders", name: "report")
}
