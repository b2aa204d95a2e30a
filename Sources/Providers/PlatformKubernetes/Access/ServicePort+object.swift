import JSONValues
import MigrationModel

extension ServicePort {
    /// The ports of a Service, in their order.
    static func all(in service: JSON) -> [ServicePort] {
        (service.at("spec", "ports")?.array ?? []).compactMap(ServicePort.init(of:))
    }

    private init?(of object: JSON) {
        guard let number = object["port"]?.int else { return nil }
        let target = object["targetPort"]
        self.init(
            name: object["name"]?.string ?? "",
            port: number,
            transport: object["protocol"]?.string ?? "TCP",
            targetPort: target?.string ?? target?.int.map { String($0) },
            appProtocol: object["appProtocol"]?.string
        )
    }
}
