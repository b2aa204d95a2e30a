/// An amount of a resource as Kubernetes writes it: `500m`, `1.5Gi`, `1e3`.
///
/// Exact to a billionth, as `k8s.io/apimachinery/pkg/api/resource` is; what is smaller is rounded
/// away from zero. Two quantities are equal when their amounts are: `1000m` equals `1`.
package struct Quantity: Sendable, Comparable, Hashable, CustomStringConvertible {
    /// The family of suffixes that an amount was written with, and is written with again.
    package enum Format: Sendable {
        case decimal
        case binary
        case exponent
    }

    /// Why a text is no quantity, in a server's words.
    package struct ParseError: Error, Equatable, CustomStringConvertible {
        package let description: String

        static let format = ParseError(
            description: "quantities must match the regular expression "
                + "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
        )
        static let suffix = ParseError(description: "unable to parse quantity's suffix")
        static let number = ParseError(
            description: "unable to parse numeric part of quantity"
        )
    }

    /// In billionths.
    ///
    /// What would not fit is held at the largest that does.
    private let nano: Int128
    /// How it was written; two quantities that differ in nothing else are equal.
    package let format: Format

    private static let nanoPerUnit: Int128 = 1_000_000_000
    /// The most that a binary quantity can be: 2^63 - 1.
    private static let binaryMax = Int128(Int64.max) * nanoPerUnit

    /// Reads what stands in an object; throws what a server would answer.
    package init(_ text: String) throws(ParseError) {
        var reader = QuantityReader(text)
        let parts = try reader.read()
        var format = parts.format
        // Rounded away from zero: who asks for something shall get something.
        var amount = Self.scaled(parts)
        if format == .binary {
            amount = min(amount, Self.binaryMax)
            if amount > 0, amount < Self.nanoPerUnit { format = .decimal }
        }
        nano = parts.isNegative ? -amount : amount
        self.format = format
    }

    /// That many whole units.
    package init(_ units: Int, format: Format = .decimal) {
        nano = Int128(units) * Self.nanoPerUnit
        self.format = format
    }

    private init(nano: Int128, format: Format) {
        self.nano = nano
        self.format = format
    }

    /// Whether it is nothing at all, however it is written.
    package var isZero: Bool { nano == 0 }

    /// In units, rounded up, as a scheduler counts.
    package var units: Int { Self.clamped(Self.dividedUp(nano, by: Self.nanoPerUnit)) }

    /// In thousandths, rounded up: how processors are counted.
    package var milliunits: Int { Self.clamped(Self.dividedUp(nano, by: 1_000_000)) }

    package static func == (left: Quantity, right: Quantity) -> Bool { left.nano == right.nano }
    package static func < (left: Quantity, right: Quantity) -> Bool { left.nano < right.nano }
    package func hash(into hasher: inout Hasher) { hasher.combine(nano) }

    /// The sum, written as the left one is.
    package static func + (left: Quantity, right: Quantity) -> Quantity {
        let (sum, overflow) = left.nano.addingReportingOverflow(right.nano)
        let limit: Int128 = left.nano < 0 ? .min : .max
        return Quantity(nano: overflow ? limit : sum, format: left.format)
    }

    /// What is left, written as the left one is.
    package static func - (left: Quantity, right: Quantity) -> Quantity {
        left + Quantity(nano: -right.nano, format: right.format)
    }

    /// The canonical form: no fraction, and the largest suffix that loses nothing.
    package var description: String {
        if nano == 0 { return "0" }
        let isWhole = nano % Self.nanoPerUnit == 0
        let units = nano / Self.nanoPerUnit
        if format == .binary, isWhole, abs(units) >= 1024 { return Self.binaryText(units) }
        return Self.decimalText(nano, isExponent: format == .exponent)
    }

    private static func binaryText(_ units: Int128) -> String {
        let suffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]
        var (mantissa, step) = (units, 0)
        while mantissa % 1024 == 0, step < suffixes.count - 1 {
            mantissa /= 1024
            step += 1
        }
        return "\(mantissa)\(suffixes[step])"
    }

    private static func decimalText(_ nano: Int128, isExponent: Bool) -> String {
        let suffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"]
        var (mantissa, step) = (nano, 0)
        while mantissa % 1000 == 0, step < suffixes.count - 1 || isExponent {
            mantissa /= 1000
            step += 1
        }
        let exponent = step * 3 - 9
        if isExponent { return exponent == 0 ? "\(mantissa)" : "\(mantissa)e\(exponent)" }
        return "\(mantissa)\(suffixes[step])"
    }

    private static func scaled(_ parts: QuantityReader.Parts) -> Int128 {
        var amount = parts.digits
        for _ in 0..<parts.binaryPower where amount < .max { amount = times(amount, 2) }
        // The digits count billionths from here on.
        let power = parts.decimalPower + 9
        if power >= 0 {
            if amount == 0 { return 0 }
            for _ in 0..<min(power, 60) where amount < .max { amount = times(amount, 10) }
            return amount
        }
        if power < -38 { return amount == 0 ? 0 : 1 }
        var divisor: Int128 = 1
        for _ in 0..<(-power) { divisor = times(divisor, 10) }
        return dividedUp(amount, by: divisor)
    }

    private static func times(_ value: Int128, _ factor: Int128) -> Int128 {
        let (product, overflow) = value.multipliedReportingOverflow(by: factor)
        return overflow ? .max : product
    }

    private static func dividedUp(_ value: Int128, by divisor: Int128) -> Int128 {
        let quotient = value / divisor
        return value > 0 && value % divisor != 0 ? quotient + 1 : quotient
    }

    private static func clamped(_ value: Int128) -> Int { Int(clamping: value) }
}

/// Takes a quantity's text apart.
private struct QuantityReader {
    struct Parts {
        var isNegative = false
        /// Of the number, without its point.
        var digits: Int128 = 0
        /// What the digits are to be multiplied with: 10 to this, and 2 to `binaryPower`.
        var decimalPower = 0
        var binaryPower = 0
        var format = Quantity.Format.decimal
    }

    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    mutating func read() throws(Quantity.ParseError) -> Parts {
        guard !bytes.isEmpty else { throw .format }
        var parts = Parts()
        if let sign = current, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            parts.isNegative = sign == UInt8(ascii: "-")
            position += 1
        }
        let start = position
        try readDigits(into: &parts, isFraction: false)
        if current == UInt8(ascii: ".") {
            position += 1
            try readDigits(into: &parts, isFraction: true)
        }
        let hasNumber = position > start
        try readSuffix(into: &parts)
        guard hasNumber || position > start else { return parts }
        guard hasNumber else { throw .number }
        return parts
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func readDigits(
        into parts: inout Parts,
        isFraction: Bool
    ) throws(Quantity.ParseError) {
        while let byte = current, (0x30...0x39).contains(byte) {
            let (product, overflow) = parts.digits.multipliedReportingOverflow(by: 10)
            if overflow {
                // Beyond all precision: only the size still counts.
                if !isFraction { parts.decimalPower += 1 }
            } else {
                parts.digits = product + Int128(byte - 0x30)
                if isFraction { parts.decimalPower -= 1 }
            }
            position += 1
        }
    }

    private mutating func readSuffix(into parts: inout Parts) throws(Quantity.ParseError) {
        let start = position
        while let byte = current, "eEinumkKMGTP".utf8.contains(byte) { position += 1 }
        if let sign = current, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            position += 1
        }
        while let byte = current, (0x30...0x39).contains(byte) { position += 1 }
        guard position == bytes.count else { throw .format }
        let suffix = String(decoding: bytes[start...], as: UTF8.self)
        let decimal = [
            "n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18,
        ]
        let binary = ["Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60]
        if let power = decimal[suffix] {
            parts.decimalPower += power
        } else if let power = binary[suffix] {
            parts.binaryPower = power
            parts.format = .binary
        } else if suffix.first == "e" || suffix.first == "E",
            let power = Int(suffix.dropFirst()), abs(power) < 1_000
        {
            parts.decimalPower += power
            parts.format = .exponent
        } else {
            throw .suffix
        }
    }
}
