extension Duration {
    /// Whole milliseconds, as plans and evidence hold them; what is finer is cut off.
    package var wholeMilliseconds: Int {
        Int(components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000)
    }
}
