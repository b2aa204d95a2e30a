/// What `show stat` says, by the names of its header.
///
/// Columns come and go between versions, so nothing is read by position.
package struct HAProxyStatistics: Sendable {
    /// One line: a server, or the whole of a backend or frontend.
    package struct Row: Sendable {
        private let fields: [String: String]

        init(_ fields: [String: String]) { self.fields = fields }

        /// The text of a column; nil where it is empty or this HAProxy has no such column.
        package subscript(name: String) -> String? {
            fields[name].flatMap { $0.isEmpty ? nil : $0 }
        }

        /// A counter; 0 where the column is empty.
        package func count(_ name: String) -> Int { fields[name].flatMap { Int($0) } ?? 0 }

        /// The backend or frontend that the row is of: column `pxname`.
        package var proxy: String { fields["pxname"] ?? "" }
        /// The server's name, or `BACKEND` or `FRONTEND` for the whole: column `svname`.
        package var server: String { fields["svname"] ?? "" }
    }

    /// In the order of the answer.
    package let rows: [Row]

    /// Nil when the text is no such table.
    package init?(_ text: String) {
        var lines = text.split(separator: "\n")
        guard let header = lines.first, header.hasPrefix("# ") else { return nil }
        lines.removeFirst()
        let names = HAProxyStatistics.cells(header.dropFirst(2))
        guard names.contains("pxname"), names.contains("svname") else { return nil }
        rows = lines.map { line in
            Row(
                Dictionary(
                    zip(names, HAProxyStatistics.cells(line)),
                    uniquingKeysWith: { first, _ in first }
                )
            )
        }
    }

    /// The rows of a backend's servers, by their names.
    package func servers(of backend: String) -> [String: Row] {
        Dictionary(
            rows.filter { $0.proxy == backend && !["FRONTEND", "BACKEND"].contains($0.server) }
                .map { ($0.server, $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// The row of a backend as a whole; nil when there is none of this name.
    package func backend(_ name: String) -> Row? {
        rows.first { $0.proxy == name && $0.server == "BACKEND" }
    }

    /// Cells may be quoted, with quotes doubled, where they hold a comma.
    private static func cells(_ line: Substring) -> [String] {
        var cells: [String] = []
        var cell = ""
        var isQuoted = false
        for character in line {
            switch character {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted:
                cells.append(cell)
                cell = ""
            default: cell.append(character)
            }
        }
        cells.append(cell)
        return cells
    }
}

/// What `show info` says: `Name: value` lines.
package struct HAProxyInfo: Sendable {
    private let fields: [String: String]

    /// Reads what there is; a line without a colon tells nothing.
    package init(_ text: String) {
        fields = Dictionary(
            text.split(separator: "\n").compactMap { line in
                guard let colon = line.firstIndex(of: ":") else { return nil }
                let value = line[line.index(after: colon)...].drop { $0 == " " }
                return (String(line[..<colon]), String(value))
            },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// The value of a line; nil when this HAProxy does not have it.
    package subscript(name: String) -> String? { fields[name] }

    /// Tells the process that answers from every other one; nil when it names no number.
    ///
    /// The number may come again in a container that is started anew, so when it was started is part of it.
    package var process: String? {
        fields["Pid"].map { pid in fields["Start_time_sec"].map { "\(pid)@\($0)" } ?? pid }
    }
}
