import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Creates the local name of a Service: a NodePort Service that selects this site's pods only.
///
/// Its node ports are what the other site's bridge leads to. Repeated: what bears this step's mark
/// is left alone. Undone: it is deleted, by uid.
struct LocalNameAddition: ChangeMaker {
    let access: SiteAccess
    let service: PlannedService

    private var reference: ObjectReference { .service(service.service.localName) }

    func survey() async throws(ProviderError) -> BeforeImage { BeforeImage() }

    func perform(
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        var found = try await access.find(reference)
        if found == nil {
            found = try await access.create(Marks.stamp(mark, on: object), as: reference)
        }
        let present: JSON
        if let found { present = found } else { present = try await access.get(reference) }
        guard Marks.isMade(present, by: mark) else {
            throw .drift(
                reason: "Service \(service.service.localName) is at \(access.context) already and "
                    + "is not of this run; it was not touched. Rename it, then plan anew"
            )
        }
        try await FencedObject.forward(access, reference, mark).ensureStamp()
        return Receipt(details: ["uid": present.uid.map(JSON.string) ?? .null])
    }

    func undo(to before: BeforeImage, mark: StepMark) async throws(ProviderError) {
        guard let found = try await access.find(reference), Marks.isMade(found, by: mark),
            let uid = found.uid
        else { return }
        try await FencedObject.forward(access, reference, mark).delete(uid: uid)
    }

    private var object: JSON {
        [
            "apiVersion": "v1", "kind": "Service",
            "metadata": [
                "name": .string(reference.name),
                "namespace": .string(service.service.namespace),
            ],
            "spec": [
                "type": "NodePort",
                "selector": JSON(stringMap: service.selector),
                "ports": .array(service.ports.map(port)),
            ],
        ]
    }

    private func port(_ port: ServicePort) -> JSON {
        var object: JSON = ["port": .int(port.port), "protocol": .string(port.transport)]
        if !port.name.isEmpty { object["name"] = .string(port.name) }
        if let target = port.targetPort {
            object["targetPort"] = Int(target).map { .int($0) } ?? .string(target)
        }
        if let appProtocol = port.appProtocol { object["appProtocol"] = .string(appProtocol) }
        return object
    }
}
