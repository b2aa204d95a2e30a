/// How many objects the next page of a list is asked for: pure.
///
/// Objects of one kind may have 500 bytes or a megabyte. A list begins with a small page and goes on with as
/// many objects as make about `bytesWanted`, so that no list holds much more than that at once.
struct PageSizing {
    /// What a page should have, on the wire.
    static let bytesWanted = 8 << 20
    /// The first page, of whose objects nothing is known yet.
    static let firstMax = 100

    private let countMax: Int
    /// What to ask for next.
    private(set) var count: Int

    init(countMax: Int) {
        self.countMax = countMax
        count = min(countMax, Self.firstMax)
    }

    /// Takes in how large the last page was.
    mutating func saw(bytes: Int) {
        if bytes > Self.bytesWanted {
            count = max(1, count * Self.bytesWanted / bytes)
        } else if bytes < Self.bytesWanted / 4 {
            count = min(countMax, count * 4)
        }
    }
}
