/// Why a text or an object is no selector, in the words of a Go server.
package struct SelectorError: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }

    init(invalid field: String, _ value: String, _ problem: String) {
        description = "\(field): Invalid value: \"\(value)\": \(problem)"
    }
}
