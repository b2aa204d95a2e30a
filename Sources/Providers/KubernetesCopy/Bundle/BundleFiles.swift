import Foundation

/// The files of a bundle that is read: of a folder, or of an archive.
enum BundleFiles {
    case folder(URL)
    case archive(TarArchive, name: String)

    init(_ path: String) throws(CopyProblem) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw CopyProblem("\(path) is not there; `diolkos export` writes bundles")
        }
        let url = URL(fileURLWithPath: path)
        if isFolder.boolValue {
            self = .folder(url)
            return
        }
        let bytes: [UInt8]
        do {
            bytes = Array(try Data(contentsOf: url, options: .mappedIfSafe))
        } catch {
            throw CopyProblem("\(path) cannot be read: \(error.localizedDescription)")
        }
        self = .archive(try TarArchive(bytes, name: path), name: path)
    }

    /// - Throws: when there is no such file, or it is a link that leads out of the bundle.
    func bytes(of path: String) throws(CopyProblem) -> [UInt8] {
        switch self {
        case .archive(let archive, let name):
            guard let bytes = archive.files[path] else {
                throw CopyProblem(
                    "\(name) holds no \(path); was it made by `diolkos export`, or of what is in an "
                        + "exported folder (tar -C FOLDER -cf \(name) .)?"
                )
            }
            return Array(bytes)
        case .folder(let folder):
            let url = folder.appendingPathComponent(path)
            let root = folder.resolvingSymlinksInPath().path
            guard url.resolvingSymlinksInPath().path.hasPrefix(root + "/") else {
                throw CopyProblem("\(path) of the bundle is a link that leads out of it")
            }
            do {
                return Array(try Data(contentsOf: url))
            } catch {
                throw CopyProblem(
                    "\(path) of the bundle cannot be read: \(error.localizedDescription)"
                )
            }
        }
    }

    /// Throws when an archive holds what its manifest does not name; of folders, where systems leave
    /// files of their own, only what is named is ever read.
    func refuseStrangers(of entries: [BundleManifest.Entry]) throws(CopyProblem) {
        guard case .archive(let archive, let name) = self else { return }
        let known = Set(entries.map(\.path) + [BundleManifest.fileName])
        if let stranger = archive.files.keys.filter({ !known.contains($0) }).min() {
            throw CopyProblem(
                "\(name) holds \(stranger), which its manifest does not name; export it anew"
            )
        }
    }
}
