import Clocks
import HTTPTransport
import KubernetesObjects
import Synchronization

/// Speaks to one API server, about any kind of object.
///
/// Objects are JSON and go through unchanged. Every call has a deadline, is limited together with
/// the others in flight, and fails with a `KubernetesError` that says what is known of it. Calls
/// are repeated as client-go repeats them (`RetryState`) and never otherwise. Redirects are errors.
/// Bodies reach no log and no message.
package final class KubernetesClient: Sendable {
    /// What is the same for every call.
    package struct Configuration: Sendable {
        /// What every path begins with where the server's URL has a path.
        package var pathPrefix: String
        /// What servers log of us.
        package var userAgent: String
        /// Who owns the fields that this client writes.
        ///
        /// Stable, since it outlives the run.
        package var fieldManager: String
        /// For a call with its repetitions and its waits.
        package var timeout: Duration
        /// Larger answers are refused, not stored.
        package var responseSizeMax: Int
        /// How long the server is asked to keep a watch open, at least; at most it is twice this.
        package var watchTimeoutMin: Duration

        /// Takes what suits kube-apiserver, unless told otherwise.
        package init(
            pathPrefix: String = "",
            userAgent: String = "diolkos/0.1",
            fieldManager: String = "diolkos",
            timeout: Duration = .seconds(60),
            responseSizeMax: Int = 256 << 20,
            watchTimeoutMin: Duration = .seconds(300)
        ) {
            self.pathPrefix = pathPrefix
            self.userAgent = userAgent
            self.fieldManager = fieldManager
            self.timeout = timeout
            self.responseSizeMax = responseSizeMax
            self.watchTimeoutMin = watchTimeoutMin
        }
    }

    /// Who is told of calls and of what servers remark on them.
    package struct Observer: Sendable {
        /// Before a call is first sent.
        package var willCall: (@Sendable (APICall) -> Void)?
        /// For each `Warning` header of code 299, once a call was answered.
        package var didWarn: (@Sendable (APIWarning) -> Void)?

        /// Takes who is told; nil tells nobody.
        package init(
            willCall: (@Sendable (APICall) -> Void)? = nil,
            didWarn: (@Sendable (APIWarning) -> Void)? = nil
        ) {
            self.willCall = willCall
            self.didWarn = didWarn
        }
    }

    /// As it was handed in.
    package let configuration: Configuration
    let transport: any HTTPTransport
    let credentials: any CredentialSource
    let time: any TimeSource
    let limiter: AdaptiveLimiter
    let observer: Observer
    let draw: @Sendable () -> Double
    let discoveryCache = Mutex<Discovery?>(nil)

    /// Sends nothing yet.
    ///
    /// `draw` gives a number from 0 up to 1, another one each time: by it watches that were opened
    /// together are not opened again together. Left out, every watch is kept open equally long.
    package init(
        transport: any HTTPTransport,
        credentials: any CredentialSource = FixedCredential(),
        time: any TimeSource,
        limiter: AdaptiveLimiter? = nil,
        configuration: Configuration = Configuration(),
        observer: Observer = Observer(),
        draw: @escaping @Sendable () -> Double = { 0 }
    ) {
        self.transport = transport
        self.credentials = credentials
        self.time = time
        self.limiter = limiter ?? AdaptiveLimiter(time: time)
        self.configuration = configuration
        self.observer = observer
        self.draw = draw
    }

    /// The same client, but somebody else is told of what servers remark.
    package func remarking(
        to didWarn: @escaping @Sendable (APIWarning) -> Void
    ) -> KubernetesClient {
        var observer = observer
        observer.didWarn = didWarn
        return copy(observer: observer)
    }

    /// The same client, but what changes something is sent only while `refusal` answers nil.
    package func guarded(
        by refusal: @escaping @Sendable () -> String?
    ) -> KubernetesClient {
        copy(transport: GuardedTransport(transport, refusal: refusal))
    }

    /// The same server and credentials for calls that must be answered or given up sooner.
    ///
    /// Its calls are limited by themselves, so that they do not queue behind others that hang.
    package func answering(within timeout: Duration) -> KubernetesClient {
        var configuration = configuration
        configuration.timeout = timeout
        return copy(limiter: AdaptiveLimiter(time: time), configuration: configuration)
    }

    /// The same client but for what is named here.
    private func copy(
        transport: (any HTTPTransport)? = nil,
        limiter: AdaptiveLimiter? = nil,
        configuration: Configuration? = nil,
        observer: Observer? = nil
    ) -> KubernetesClient {
        KubernetesClient(
            transport: transport ?? self.transport,
            credentials: credentials,
            time: time,
            limiter: limiter ?? self.limiter,
            configuration: configuration ?? self.configuration,
            observer: observer ?? self.observer,
            draw: draw
        )
    }
}
