import JSONValues
import MigrationModel

/// A webhook of a configuration, with the Service that answers for it.
private struct Webhook {
    let holder: SlimObject
    let body: JSON

    var isStrict: Bool { body["failurePolicy"] == "Fail" }
    var hasBundle: Bool { body.at("client", "hasBundle") == true }

    /// Namespace and name; nil when it is called by a URL.
    var service: (namespace: String, name: String)? {
        guard let name = body.at("client", "service", "name")?.string else { return nil }
        return (body.at("client", "service", "namespace")?.string ?? "", name)
    }

    static func all(_ objects: (String) -> [SlimObject]) -> [Webhook] {
        ["Validating", "Mutating"].flatMap {
            objects("\($0)WebhookConfiguration.admissionregistration.k8s.io")
        }.flatMap { holder in
            (holder.body["webhooks"]?.array ?? []).map { Webhook(holder: holder, body: $0) }
        }
    }
}

/// Webhooks that would come along, with the certificate authority of the source in them.
struct WebhookCheck: AssessmentCheck {
    let name = "webhook"

    func findings(in estate: AssessedEstate) -> [Finding] {
        let webhooks = Webhook.all(estate.moving)
        let strict = webhooks.filter { $0.isStrict && $0.service != nil }
        let others = webhooks.filter { !$0.isStrict && $0.service != nil && $0.hasBundle }
        return finding(
            .decide,
            strict.map(\.holder),
            "they refuse every write that they are asked about until their server runs at the target, "
                + "with a certificate that the authority written in them has signed",
            remedy:
                "Install what serves them first, and let it write its own caBundle (cert-manager's "
                + "CA injector, or the chart's hook); copy the configurations last."
        )
            + finding(
                .note,
                others.map(\.holder),
                "the authority written in them is the source's",
                remedy: "Let what serves them at the target write its own caBundle."
            )
    }
}

/// Webhooks of the target that nobody answers.
struct DeafWebhookCheck: AssessmentCheck {
    let name = "webhook-unanswered"

    func findings(in estate: AssessedEstate) -> [Finding] {
        guard estate.target.isLive, estate.target.hasRead("services") else { return [] }
        let deaf = Webhook.all(estate.target.all).filter { webhook in
            guard webhook.isStrict, let service = webhook.service else { return false }
            return !estate.target.has("Service", service.name, in: service.namespace)
        }
        return finding(
            .blocker,
            deaf.map { "\($0.holder.key)" },
            "at the target nobody serves them, and they refuse every write that they are asked about",
            remedy: "Install their server at the target, or delete the configurations there."
        )
    }
}

/// Definitions whose objects a webhook converts.
struct ConversionWebhookCheck: AssessmentCheck {
    let name = "conversion-webhook"

    func findings(in estate: AssessedEstate) -> [Finding] {
        finding(
            .decide,
            estate.moving("CustomResourceDefinition.apiextensions.k8s.io").filter {
                $0.body["conversion"] != nil
            },
            "a webhook converts their objects, and its authority is the source's: at the target even "
                + "requests that need no conversion fail until the right one answers",
            remedy: "Install the operator at the target before its objects are copied, and let it "
                + "bring the definition."
        )
    }
}
