import MigrationModel

/// What one run made and a new plan would meet.
///
/// A run's objects are spoken of together: they are many, and the way out is the same for all.
struct RunLeftovers {
    /// By the context of the site that they are at.
    var objects: [String: Set<ObjectReference>] = [:]

    /// Why no plan can be made before they are gone.
    ///
    /// A run that has begun and not ended is to be ended by its own journal, which knows what was
    /// there before. What a run that is over has left belongs to nobody but its user.
    func problem(of run: RunID, isUnderWay: Bool) -> PlanProblem {
        PlanProblem(
            "run \(run)",
            isUnderWay
                ? "it is under way, and has in its hands \(places)"
                : "it is over, and what it left is in the way: \(places)",
            remedy: isUnderWay
                ? "go on with it, roll it back or finish it where its journal is; if the journal "
                    + "is lost, delete at both sites what bears the label \(MarkNames.run)=\(run), "
                    + "give back by hand what its annotations say it changed, then delete its "
                    + "Lease in the namespace default"
                : "delete it if nothing uses it (it bears the label \(MarkNames.run)=\(run)), or "
                    + "exclude what it stands for"
        )
    }

    private var places: String {
        objects.sorted { $0.key < $1.key }.map { context, references in
            "\(EstateSurvey.listing(references.map(\.description))) at \(context)"
        }.joined(separator: "; ")
    }
}
