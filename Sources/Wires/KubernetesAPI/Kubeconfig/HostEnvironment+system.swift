import Foundation

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension HostEnvironment {
    /// Files larger than this are no kubeconfigs, keys or tokens.
    private static let fileSizeMax = 16 << 20

    /// This machine.
    package static func system() -> HostEnvironment {
        HostEnvironment(
            variables: ProcessInfo.processInfo.environment,
            workingDirectory: FileManager.default.currentDirectoryPath,
            hasTerminal: isatty(0) == 1,
            readFile: { path throws(FileProblem) in try bytes(of: path) }
        )
    }

    private static func bytes(of path: String) throws(FileProblem) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw errno == ENOENT ? .absent : .unreadable(reason: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw .unreadable(reason: String(cString: strerror(errno)))
            }
            bytes += chunk[..<count]
            guard bytes.count <= fileSizeMax else {
                throw .unreadable(reason: "it is larger than \(fileSizeMax) bytes")
            }
        }
    }
}
