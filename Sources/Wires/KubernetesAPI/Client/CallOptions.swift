import KubernetesObjects

/// Which objects a list or a watch is about.
package struct ListOptions: Sendable {
    /// Nil for objects with whatever labels.
    package var labels: LabelSelector?
    /// Nil for objects with whatever fields; each kind knows few of them.
    package var fields: FieldSelector?
    /// How many objects a page may hold; pages of large objects hold fewer.
    package var pageSize: Int
    /// Nil reads what is newest; `"0"` whatever a cache of the server holds.
    package var resourceVersion: String?

    /// Takes every object of the collection, in pages of 500, unless told otherwise.
    package init(
        labels: LabelSelector? = nil,
        fields: FieldSelector? = nil,
        pageSize: Int = 500,
        resourceVersion: String? = nil
    ) {
        precondition(pageSize > 0, "a page holds something")
        self.labels = labels
        self.fields = fields
        self.pageSize = pageSize
        self.resourceVersion = resourceVersion
    }
}

/// What accompanies every write.
package struct WriteOptions: Sendable {
    /// What the server does with fields that it does not know or that stand twice.
    package enum FieldValidation: String, Sendable {
        case strict = "Strict"
        case warn = "Warn"
        case ignore = "Ignore"
    }

    /// Whether the server only says what it would do.
    package var isDryRun: Bool
    /// Nil for the server's own choice, which is to warn.
    package var fieldValidation: FieldValidation?
    /// Who owns the written fields; nil means the client's own name.
    package var fieldManager: String?

    /// Takes a real write in the client's own name, unless told otherwise.
    package init(
        isDryRun: Bool = false,
        fieldValidation: FieldValidation? = nil,
        fieldManager: String? = nil
    ) {
        self.isDryRun = isDryRun
        self.fieldValidation = fieldValidation
        self.fieldManager = fieldManager
    }
}

/// What a deletion requires and what becomes of dependents.
package struct DeleteOptions: Sendable {
    /// What becomes of objects that the deleted one owns.
    package enum Propagation: String, Sendable {
        case background = "Background"
        case foreground = "Foreground"
        case orphan = "Orphan"
    }

    /// The deletion is refused unless the object has this uid.
    package var uid: String?
    /// The deletion is refused unless the object has this version.
    package var resourceVersion: String?
    /// Nil for the kind's own way.
    package var propagation: Propagation?
    /// Nil for the object's own; 0 kills a pod at once.
    package var gracePeriodSeconds: Int?
    /// Whether the server only says what it would do.
    package var isDryRun: Bool

    /// Takes a deletion of whatever bears the name, unless told otherwise.
    package init(
        uid: String? = nil,
        resourceVersion: String? = nil,
        propagation: Propagation? = nil,
        gracePeriodSeconds: Int? = nil,
        isDryRun: Bool = false
    ) {
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.propagation = propagation
        self.gracePeriodSeconds = gracePeriodSeconds
        self.isDryRun = isDryRun
    }
}
