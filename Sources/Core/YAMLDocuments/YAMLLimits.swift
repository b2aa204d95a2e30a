/// What a document may ask of us before it is refused.
///
/// All of it is checked while reading.
package struct YAMLLimits: Sendable {
    /// Bytes of the whole text.
    package var sizeMax: Int
    /// How deep lists and mappings may nest, after aliases are followed.
    package var depthMax: Int
    /// Values of the whole text after aliases are followed: what an alias bomb would multiply.
    package var nodesMax: Int

    package init(sizeMax: Int = 16 << 20, depthMax: Int = 100, nodesMax: Int = 1_000_000) {
        self.sizeMax = sizeMax
        self.depthMax = depthMax
        self.nodesMax = nodesMax
    }
}
