import MigrationModel

extension FileShape {
    /// What may stand below `spec.copy`.
    static let copy = FileShape.mapping([
        FileField(
            "scope",
            .choice(CopyScope.allCases.map(\.rawValue)),
            scopeMeaning
        ),
        FileField(
            "workloads",
            .choice(WorkloadStart.allCases.map(\.rawValue)),
            "whether copied workloads begin to run"
        ),
        FileField(
            "loadBalancers",
            .choice(LoadBalancerChoice.choices.map(\.rawValue)),
            "what becomes of Services of type LoadBalancer; a question where it is not written"
        ),
        FileField("prune", .flag, "whether copies go when their originals have gone"),
        FileField(
            "removalsMax",
            .whole(0...1_000_000),
            "how many may go at once before somebody is asked; else ten, at most one in a hundred, and "
                + "always one"
        ),
        FileField(
            "stacks",
            .list(of: .mapping(stack), count: 0...1_000),
            "named sets of objects that can be copied by themselves"
        ),
        FileField("transforms", .mapping(transforms), "what is changed of objects on their way"),
        FileField(
            "then",
            .list(of: .mapping(hook), count: 0...100),
            "what is started, in order, when everything has been copied and stands"
        ),
    ])

    private static let scopeMeaning = "whether workloads are copied, or only what they stand on"

    private static let stack = [
        FileField("name", .text(.label), isRequired: true, "what the stack is called"),
        FileField(
            "select",
            .list(of: .mapping(selection), count: 1...100),
            "what belongs to it, beside what bears the label diolkos.dev/stack with its name"
        ),
        FileField("scope", .choice(CopyScope.allCases.map(\.rawValue)), scopeMeaning),
        FileField(
            "then",
            .list(of: .mapping(hook), count: 0...100),
            "what is started, in order, when the stack has been copied and stands"
        ),
    ]

    private static let selection = [
        FileField("namespaces", .list(of: .text(.label), count: 1...500), "of these namespaces"),
        FileField("kinds", .list(of: .text(.kind), count: 1...500), "of these kinds"),
        FileField("labels", .text(.labelSelector), "with these labels"),
        FileField("names", .list(of: .text(.subdomain), count: 1...5_000), "with these names"),
    ]

    private static let transforms = [
        FileField(
            "namespaces",
            .texts(keys: .label, values: .label),
            "the target's name of each namespace that is called otherwise there"
        ),
        FileField(
            "storageClasses",
            .texts(keys: .subdomain, values: .subdomain),
            "the target's storage class for one of the source"
        ),
        FileField(
            "ingressClasses",
            .texts(keys: .subdomain, values: .subdomain),
            "the target's ingress class for one of the source"
        ),
        FileField(
            "images",
            .list(of: .mapping(image), count: 0...1_000),
            "beginnings of image names, and what stands there at the target"
        ),
        FileField("labels", .mapping(labelChange), "labels of the copied objects themselves"),
        FileField(
            "patches",
            .list(of: .mapping(patch), count: 0...1_000),
            "patches of RFC 6902, made first and in this order"
        ),
    ]

    private static let image = [
        FileField("from", .text(.imagePrefix), isRequired: true, "how images begin"),
        FileField("to", .text(.imagePrefix), isRequired: true, "how they begin at the target"),
    ]

    private static let labelChange = [
        FileField(
            "add",
            .texts(keys: .labelKey, values: .labelValue),
            "labels that every copied object gets"
        ),
        FileField(
            "remove",
            .list(of: .text(.labelKey), count: 0...1_000),
            "keys of labels that no copied object keeps"
        ),
    ]

    private static let patch = [
        FileField("kind", .text(.kind), isRequired: true, "the kind that is patched"),
        FileField("namespace", .text(.label), "as the source calls it"),
        FileField("name", .text(.subdomain), "the object, where it is one"),
        FileField("labels", .text(.labelSelector), "which of the objects"),
        FileField(
            "patch",
            .list(of: .mapping(operation), count: 1...1_000),
            isRequired: true,
            "the operations of RFC 6902"
        ),
    ]

    private static let operation = [
        FileField(
            "op",
            .choice(["add", "remove", "replace", "move", "copy", "test"]),
            isRequired: true,
            "the operation"
        ),
        FileField("path", .text(.pointer), isRequired: true, "where"),
        FileField("from", .text(.pointer), "where from, for move and copy"),
        FileField("value", .anything, "what, for add, replace and test"),
    ]

    private static let hook = [
        FileField("name", .text(.label), isRequired: true, "what messages call it"),
        FileField("http", .mapping(httpCall), "a request, and the answers that mean success"),
        FileField(
            "command",
            .list(of: .text(.line), count: 1...1_000),
            "a program and its arguments; it succeeds by ending with 0"
        ),
        FileField(
            "timeout",
            .duration(.seconds(1) ... .seconds(86_400)),
            "how long it may take altogether"
        ),
    ]

    private static let answerCondition = [
        FileField("path", .text(.pointer), isRequired: true, "where it says how far it is"),
        FileField(
            "is",
            .list(of: .text(.line), count: 1...100),
            isRequired: true,
            "what stands there when all is done"
        ),
        FileField(
            "fails",
            .list(of: .text(.line), count: 1...100),
            "what stands there when waiting is in vain"
        ),
    ]

    private static let httpCall = [
        FileField("url", .text(.callURL), isRequired: true, "where the request goes"),
        FileField("method", .choice(["GET", "POST", "PUT"]), "POST where nothing is said"),
        FileField(
            "headers",
            .texts(keys: .word, values: .word),
            "headers, and the variables of the environment that hold their values"
        ),
        FileField("body", .anything, "what a POST or PUT sends, as JSON"),
        FileField(
            "expect",
            .list(of: .whole(100...599), count: 1...100),
            "statuses that mean success; 200 to 299 where nothing is said"
        ),
        FileField(
            "until",
            .mapping(answerCondition),
            "what the JSON of the answer must say; a GET is repeated until it does"
        ),
    ]
}
