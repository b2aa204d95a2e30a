import Foundation
import KubernetesAPI
import MigrationModel
import MigrationPorts
import StorePrograms

/// A store whose two copies are two files, and its program: what a person would write, as short as can be.
package struct FileStore {
    package let folder: URL
    package let store: Store

    /// The source's copy accepts writes and has five of them; the target's refuses and has none.
    package init(timeoutMilliseconds: Int = 5_000) throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("stores-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        store = Store(
            name: "ledger",
            workload: WorkloadID(kind: "StatefulSet", namespace: "shop", name: "ledger"),
            program: ["./ledger", "quietly"],
            timeoutMilliseconds: timeoutMilliseconds
        )
        try set(.source, "accepts alone 5")
        try set(.target, "refuses alone 0")
        try write(
            #"""
            #!/bin/sh
            # Follows by having what the other one has when it is asked for.
            cd "$(dirname "$0")"
            echo "$DIOLKOS_STORE $DIOLKOS_SOURCE_CONTEXT $DIOLKOS_TARGET_CONTEXT $*" >>calls
            [ -e "fails-$2" ] && exit "$(cat "fails-$2")"
            [ -e slow ] && sleep 30
            read -r writes follows position <"$3"
            other=source
            [ "$3" = source ] && other=target
            case $2 in
            look)
                if [ "$follows" = follows ]; then position=$(cut -d ' ' -f 3 "$other"); fi
                echo "$writes $follows $position" >"$3"
                cat "$3"
                ;;
            follow) [ "$writes" = accepts ] && exit 3; echo "refuses follows $position" >"$3" ;;
            fence) echo "refuses $follows $position" >"$3" ;;
            promote) echo "accepts alone $position" >"$3" ;;
            leave) echo "$writes alone $position" >"$3" ;;
            esac
            """#,
            to: "ledger"
        )
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755],
            ofItemAtPath: folder.appendingPathComponent("ledger").path
        )
    }

    package func remove() { try? FileManager.default.removeItem(at: folder) }

    package var program: StoreProgram {
        StoreProgram(
            directory: folder.path,
            contexts: [.source: "here", .target: "there"],
            kubeconfigs: [.target: "/etc/there"]
        )
    }

    /// `refusal` is why nobody may ask for anything.
    package func provider(refusal: String? = nil) -> StorePrograms {
        let fence = WriteFence()
        fence.open { refusal }
        return StorePrograms(program, variables: ["PATH": "/usr/bin:/bin"], fence: fence)
    }

    package func write(_ text: String, to name: String) throws {
        try Data("\(text)\n".utf8).write(to: folder.appendingPathComponent(name))
    }

    package func set(_ site: SiteRole, _ line: String) throws { try write(line, to: site.rawValue) }

    package func read(_ name: String) throws -> String {
        let path = folder.appendingPathComponent(name).path
        guard FileManager.default.fileExists(atPath: path) else { return "" }
        return try String(contentsOfFile: path, encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    package func copy(_ site: SiteRole) throws -> String { try read(site.rawValue) }
}
