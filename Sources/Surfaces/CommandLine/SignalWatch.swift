import Dispatch
import MigrationEngine

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Turns Ctrl-C and `kill` into a request to stop after the steps under way.
///
/// The second one ends the process at once, as a crash would: the journal stands that.
//
// Safety: the sources are made once, before anything runs, and only kept alive.
final class SignalWatch: @unchecked Sendable {
    private var sources: [any DispatchSourceSignal] = []

    init(_ stop: StopRequest) {
        // A file that may not grow is told by the write that fails, and does not end the process.
        signal(SIGXFSZ, SIG_IGN)
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if stop.isRequested { _exit(130) }
                Output.problem("Stopping after the steps under way; once more ends at once.")
                stop.request()
            }
            source.resume()
            sources.append(source)
        }
    }
}
