import JSONValues
import KubernetesObjects

/// With how many replicas the copy of what an autoscaler scales begins.
///
/// They are given behind the creation, by a request of their own. Who died in between left an object
/// that says how many they were to be, and of which nobody has changed anything since.
struct FirstReplicas {
    /// Nil when none are to be given, or have been.
    let count: Int?
    /// Nil when there is nothing to give to what is there.
    let change: SemanticDiff.Difference?

    /// `wished` is what the source says now; it counts for what is made anew.
    init(_ wished: Int?, present: JSON?, copy: String) {
        guard let present else {
            count = wished == 1 ? nil : wished
            change = nil
            return
        }
        guard CopyMarks.isMade(present, by: copy), present.generation == 1,
            let text = present.annotations[CopyMarks.firstReplicas], let count = Int(text)
        else {
            count = nil
            change = nil
            return
        }
        self.count = count
        change = SemanticDiff.Difference(
            path: [.name("spec"), .name("replicas")],
            source: present.at("spec", "replicas"),
            target: .int(count)
        )
    }
}
