import JSONValues
import KubernetesObjects

extension JSON {
    /// Hands every element of a list below `path` to `change`, if there is one.
    mutating func changeElements(at path: String..., by change: (inout JSON) -> Void) {
        guard let elements = at(path)?.array else { return }
        let changed = elements.map { element in
            var element = element
            change(&element)
            return element
        }
        if changed != elements { set(.array(changed), at: path) }
    }
}
