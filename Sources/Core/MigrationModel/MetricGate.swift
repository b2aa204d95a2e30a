/// A number that a Prometheus knows, and between which bounds it must be.
package struct MetricGate: Sendable, Hashable, Codable {
    /// What people call it: `consumer-lag`.
    package var name: String
    /// The URL of the Prometheus; it holds no credential.
    package var url: String
    /// In PromQL; each of the series that it gives must be within the bounds.
    package var query: String
    /// Nothing may be below it; nil for no bound.
    package var min: Double?
    /// Nothing may be above it; nil for no bound.
    package var max: Double?
    /// How long it must be within the bounds to hold, and outside of them to break.
    package var heldMilliseconds: Int

    /// Takes at least one bound.
    package init(
        name: String,
        url: String,
        query: String,
        min: Double? = nil,
        max: Double? = nil,
        heldMilliseconds: Int = 30_000
    ) {
        precondition(min != nil || max != nil, "a gate has a bound")
        self.name = name
        self.url = url
        self.query = query
        self.min = min
        self.max = max
        self.heldMilliseconds = heldMilliseconds
    }

    /// `at most 100`, `from 1 to 5`, for people.
    package var bounds: String {
        switch (min, max) {
        case (let min?, let max?): "from \(min.plain) to \(max.plain)"
        case (let min?, nil): "at least \(min.plain)"
        case (nil, let max?): "at most \(max.plain)"
        case (nil, nil): "anything"
        }
    }

    /// Whether a value is one that it wants; what is no number never is.
    package func admits(_ value: Double) -> Bool {
        guard !value.isNaN else { return false }
        return (min.map { value >= $0 } ?? true) && (max.map { value <= $0 } ?? true)
    }
}

extension Double {
    /// Without a fraction where there is none.
    package var plain: String {
        self == rounded() && abs(self) < 1e15 ? String(Int(self)) : String(self)
    }
}
