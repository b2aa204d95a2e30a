import MigrationModel

/// One question about two sites: pure, and silent where all is well.
protocol AssessmentCheck: Sendable {
    /// In words joined by hyphens; findings bear it.
    var name: String { get }

    /// What the facts say, in any order.
    func findings(in estate: AssessedEstate) -> [Finding]
}

extension AssessmentCheck {
    /// A finding of this check about some objects; none when there are none.
    func finding(
        _ severity: Finding.Severity,
        _ objects: [String],
        _ reason: String,
        remedy: String
    ) -> [Finding] {
        if objects.isEmpty { return [] }
        return [
            Finding(
                check: name,
                severity: severity,
                objects: Array(Set(objects)),
                reason: reason,
                remedy: remedy
            )
        ]
    }

    /// The same for objects by their keys.
    func finding(
        _ severity: Finding.Severity,
        _ objects: [SlimObject],
        _ reason: String,
        remedy: String
    ) -> [Finding] {
        finding(severity, objects.map { "\($0.key)" }, reason, remedy: remedy)
    }
}

/// Every check, in the order in which they are asked.
enum AssessmentChecks {
    static let all: [any AssessmentCheck] = kinds + needs + bites + policies + fitness

    private static let kinds: [any AssessmentCheck] = [
        UnreadableCheck(), GroupNotAnsweringCheck(), KindNotServedCheck(), KindBecomesCheck(),
        OldVersionWritersCheck(), ServerWarningsCheck(),
    ]

    private static let needs: [any AssessmentCheck] = [
        StorageClassCheck(), IngressClassCheck(), RuntimeClassCheck(), PriorityClassCheck(),
        ImagePullSecretCheck(), MissingReferenceCheck(), RouteCertificateCheck(),
    ]

    private static let bites: [any AssessmentCheck] = [
        LoadBalancerCheck(), ExternalAddressCheck(), OwnAddressCheck(), NodePortCheck(),
        ExternalDNSCheck(),
        TargetGroupBindingCheck(), WebhookCheck(), DeafWebhookCheck(), ConversionWebhookCheck(),
        CertificateCheck(), VolumeClaimCheck(), HostPathCheck(), SchedulingCheck(),
        ArchitectureCheck(), TokenSecretCheck(), CloudIdentityCheck(), LeaderLockCheck(),
        JobCheck(), CronJobCheck(), AutoscalerCheck(), GitOpsCheck(), OperatorCheck(),
    ]

    private static let policies: [any AssessmentCheck] = [
        PodSecurityCheck(), QuotaCheck(), CapacityCheck(),
    ]

    private static let fitness: [any AssessmentCheck] = [
        VersionSkewCheck(), ControlPlaneCheck(), ZoneCheck(), AddOnCheck(), LoggingCheck(),
        AuthorizationCheck(), SecretEncryptionCheck(), TerminatingNamespaceCheck(), ClockCheck(),
        RangeCheck(),
    ]
}
