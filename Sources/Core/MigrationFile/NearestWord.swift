/// What somebody probably meant.
enum NearestWord {
    /// The word with the fewest changes to `text`, if they are few; the first of equals.
    static func of(_ text: String, among words: [String]) -> String? {
        let changesMax = max(1, min(3, text.count / 3))
        var best: (word: String, changes: Int)?
        for word in words {
            let changes = distance(Array(text.lowercased()), Array(word.lowercased()))
            if changes <= changesMax, changes < best?.changes ?? Int.max { best = (word, changes) }
        }
        return best?.word
    }

    /// Letters put in, left out, changed or swapped with the next one.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        // A key longer than any of ours is not worth the table.
        guard left.count <= 40, right.count <= 40 else { return Int.max }
        var table = Array(
            repeating: Array(repeating: 0, count: right.count + 1),
            count: left.count + 1
        )
        for row in 0...left.count { table[row][0] = row }
        for column in 0...right.count { table[0][column] = column }
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        for row in 1...left.count {
            for column in 1...right.count {
                let isSame = left[row - 1] == right[column - 1]
                var changes = min(
                    table[row - 1][column] + 1,
                    table[row][column - 1] + 1,
                    table[row - 1][column - 1] + (isSame ? 0 : 1)
                )
                if row > 1, column > 1, left[row - 1] == right[column - 2],
                    left[row - 2] == right[column - 1]
                {
                    changes = min(changes, table[row - 2][column - 2] + 1)
                }
                table[row][column] = changes
            }
        }
        return table[left.count][right.count]
    }
}
