import Foundation
import Sealing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Who drives: one journal file at one machine, the same for every process there.
///
/// A host's name and a path are not enough: two containers may share both, and a copied journal would
/// count as the one that it was copied from. So the machine, its start and the file itself are named
/// too, each as far as it is known:
/// - `machine`: `/etc/machine-id` (machine-id(5)), one per installation. Many images have none.
/// - `boot`: `/proc/sys/kernel/random/boot_id` (random(4)), one per start of a kernel; containers of one
///   kernel share it. Only Linux has it.
/// - `file`: the device and the inode of the journal, which tell two files of one kernel apart.
///
/// What is not there counts as `none`. They stand in the text as a digest, for machine-id(5) wants
/// the identifier kept to the machine, and leases are read by others. Who counts as another driver
/// by mistake, such as after a restart of the machine, waits for the last lease to run out, and then
/// goes on.
struct DriverIdentity {
    let text: String

    init(
        journal path: String,
        host: String = ProcessInfo.processInfo.hostName,
        machinePath: String = "/etc/machine-id",
        bootPath: String = "/proc/sys/kernel/random/boot_id"
    ) {
        let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
        let marks = [
            DriverIdentity.firstLine(of: machinePath), DriverIdentity.firstLine(of: bootPath),
            DriverIdentity.file(path),
        ]
        let digest = Digest(of: Array((["diolkos driver"] + marks).joined(separator: "\n").utf8))
        text = "\(host):\(absolute) (\(digest.hex.prefix(12)))"
    }

    private static func firstLine(of path: String) -> String {
        guard let bytes = FileManager.default.contents(atPath: path),
            let line = String(decoding: bytes.prefix(64), as: UTF8.self)
                .split(whereSeparator: \.isNewline).first
        else { return "none" }
        return String(line)
    }

    private static func file(_ path: String) -> String {
        var status = stat()
        guard stat(path, &status) == 0 else { return "none" }
        return "\(status.st_dev):\(status.st_ino)"
    }
}
