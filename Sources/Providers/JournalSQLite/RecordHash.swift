import Sealing

/// The chain that makes each record vouch for all before it.
enum RecordHash {
    /// What stands before the first record, in every journal.
    static let origin = String(repeating: "0", count: 64)

    /// The digest of a record and of the hash before it.
    ///
    /// No part but the last can hold a line break, so no two records give the same bytes.
    static func hash(
        previous: String,
        sequence: Int,
        epoch: Int,
        writtenAt: String,
        payload: String
    ) -> String {
        let text = "\(previous)\n\(sequence)\n\(epoch)\n\(writtenAt)\n\(payload)"
        return Digest(of: Array(text.utf8)).hex
    }
}
