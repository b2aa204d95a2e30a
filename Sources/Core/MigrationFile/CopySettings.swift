import MigrationModel

/// What a migration file says of copying: `spec.copy`.
package struct CopySettings: Sendable, Hashable {
    /// The sets that can be copied by themselves; sorted by name.
    package var stacks: [CopyStack]
    /// How much of what is selected is copied.
    package var scope: CopyScope
    /// Whether what is copied begins to work.
    package var workloads: WorkloadStart
    /// What becomes of Services of type LoadBalancer.
    package var loadBalancers: LoadBalancerChoice
    /// Whether copied objects go when their originals have gone.
    package var prunes: Bool
    /// How many may go at once before somebody is asked; nil where the file says nothing.
    package var removalsMax: Int?
    /// What is changed of objects on their way.
    package var transforms: CopyTransforms
    /// What is started, one after the other, when all of it has been copied, and not only a stack.
    package var hooks: [CopyHook]

    /// Takes settings as they were read.
    package init(
        stacks: [CopyStack] = [],
        scope: CopyScope = .everything,
        workloads: WorkloadStart = .stopped,
        loadBalancers: LoadBalancerChoice = .undecided,
        prunes: Bool = false,
        removalsMax: Int? = nil,
        transforms: CopyTransforms = CopyTransforms(),
        hooks: [CopyHook] = []
    ) {
        self.stacks = stacks
        self.scope = scope
        self.workloads = workloads
        self.loadBalancers = loadBalancers
        self.prunes = prunes
        self.removalsMax = removalsMax
        self.transforms = transforms
        self.hooks = hooks
    }
}

extension MigrationFile {
    /// What a copy of this migration's namespaces takes, or of one stack of them.
    ///
    /// A stack that the file does not tell of is what bears its label.
    package func copyRule(stack name: String? = nil) -> CopyRule {
        let stack = name.map { name in
            copy.stacks.first { $0.name == name } ?? CopyStack(name: name)
        }
        return CopyRule(
            name: self.name,
            selection: CopySelection(namespaces: namespaces, stack: stack),
            scope: stack?.scope ?? copy.scope,
            workloads: copy.workloads,
            transforms: copy.transforms,
            pruning: copy.prunes ? .asStated(copy.removalsMax) : .none,
            loadBalancers: copy.loadBalancers
        )
    }

    /// What is started when everything, or one stack, has been copied.
    package func copyHooks(stack name: String? = nil) -> [CopyHook] {
        guard let name else { return copy.hooks }
        return copy.stacks.first { $0.name == name }?.hooks ?? []
    }
}
