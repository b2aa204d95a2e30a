import Foundation
import Testing

/// The programs that an image might have for a script.
///
/// `DIOLKOS_TOOLS` names more of them: paths, with a colon between, of programs that are many in one, as
/// `busybox` and `toybox` are. Debian's `busybox-static` and `toybox` can be had without being installed, by
/// `apt-get download` and `dpkg -x`.
struct Toolset: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// The program behind each name.
    private let programs: [String: String]

    /// The shell itself.
    var shell: String { programs["sh"] ?? "" }

    /// What these scripts call.
    private static let names = ["date", "head", "nc", "sh", "sleep", "timeout", "wc"]
    private static let dash = "/usr/bin/dash"
    private static let busybox = ConnectionTrialScriptTests.busybox

    /// One program for all of them; it need not have a shell.
    private static func manyInOne(_ path: String) -> Toolset {
        var programs = Dictionary(uniqueKeysWithValues: names.map { ($0, path) })
        if !path.contains("busybox") { programs["sh"] = dash }
        return Toolset(testDescription: path, programs: programs)
    }

    /// Debian's own, with the `nc` of busybox.
    private static var coreutils: Toolset {
        var programs = Dictionary(uniqueKeysWithValues: names.map { ($0, "/usr/bin/\($0)") })
        programs["sh"] = dash
        programs["nc"] = busybox
        return Toolset(testDescription: "dash and coreutils", programs: programs)
    }

    /// The usual image's.
    static let usual = manyInOne(busybox)

    /// All that are here.
    static let all: [Toolset] = {
        let named = ProcessInfo.processInfo.environment["DIOLKOS_TOOLS"] ?? ""
        let more = named.split(separator: ":").map(String.init) + ["/usr/bin/toybox"]
        let known = [usual, coreutils] + more.map(manyInOne)
        return known.filter { set in
            set.programs.values.allSatisfy(FileManager.default.isExecutableFile(atPath:))
        }
    }()

    /// Puts them into a folder, and nothing else, as in an image.
    func link(into folder: URL) throws {
        for (name, program) in programs {
            try FileManager.default.createSymbolicLink(
                at: folder.appending(path: name),
                withDestinationURL: URL(filePath: program)
            )
        }
    }
}
