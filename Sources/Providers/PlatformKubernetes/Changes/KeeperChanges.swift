import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Lets the keeper of the other site's bridges read this site's slices of endpoints, and nothing else.
///
/// Its token is one that lasts as long as its Secret: one that ends has to be renewed by somebody, and what
/// the keeper is for is that nobody is there. Repeated: what bears this step's mark is left alone. Undone:
/// it is deleted, by uid, and with the account the token is worth nothing.
struct KeeperAdmission: ChangeMaker {
    let access: SiteAccess
    let keeper: BridgeKeeper

    func survey() async throws(ProviderError) -> BeforeImage { BeforeImage() }

    func perform(
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        let manifests = KeeperManifests(keeper: keeper)
        for reference in keeper.readerObjects {
            let own = OwnObject(access: access, reference: reference, mark: mark)
            _ = try await own.ensure(manifests.reader(reference))
        }
        return Receipt()
    }

    func undo(to before: BeforeImage, mark: StepMark) async throws(ProviderError) {
        for reference in keeper.readerObjects.reversed() {
            try await OwnObject(access: access, reference: reference, mark: mark).remove()
        }
    }
}

/// Runs the keeper of this site's bridges, with the token that the other site made for it.
///
/// The token goes from the one Secret to the other and through nothing else. Repeated: what bears this step's
/// mark is left alone. Undone: it is deleted, by uid; it has never made anything.
struct KeeperDeployment: ChangeMaker {
    let access: SiteAccess
    let keeper: BridgeKeeper

    func survey() async throws(ProviderError) -> BeforeImage { BeforeImage() }

    func perform(
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        let manifests = KeeperManifests(keeper: keeper)
        var uid: String?
        for reference in keeper.objects {
            let object =
                reference.kind == "Secret"
                ? manifests.credentials(try await token())
                : manifests.object(reference, of: mark.run)
            let own = OwnObject(access: access, reference: reference, mark: mark)
            uid = try await own.ensure(object).uid
        }
        return Receipt(details: ["uid": uid.map(JSON.string) ?? .null])
    }

    func undo(to before: BeforeImage, mark: StepMark) async throws(ProviderError) {
        for reference in keeper.objects.reversed() {
            try await OwnObject(access: access, reference: reference, mark: mark).remove()
        }
    }

    /// The Secret that the other site's controller fills.
    private func token() async throws(ProviderError) -> JSON {
        let reference = ObjectReference(
            apiVersion: "v1",
            kind: "Secret",
            namespace: keeper.home,
            name: BridgeKeeper.readerName
        )
        let secret = try await access.other.get(reference)
        guard secret.at("data", "token")?.string?.isEmpty == false else {
            throw .unavailable(
                reason: "\(reference) at \(access.other.context) has no token yet; its token "
                    + "controller makes one",
                retryAfter: nil
            )
        }
        return secret
    }
}
