import Foundation

/// Standard output and standard error, a line at a time.
enum Output {
    static func line(_ text: String = "") {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }

    /// Writes as it is, without the end of a line.
    static func text(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }

    /// Writes to standard error as it is, without the end of a line.
    static func progress(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }

    /// For what went wrong; standard output stays readable for machines.
    static func problem(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}
