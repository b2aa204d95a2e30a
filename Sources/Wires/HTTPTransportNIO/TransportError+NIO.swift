import AsyncHTTPClient
import HTTPTransport
import NIOCore
import NIOPosix
import NIOSSL

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension TransportError {
    /// What an error of the HTTP client means for the request: unless it is surely known that
    /// nothing was sent, it may have been.
    init(_ error: any Error, timeout: Duration) {
        switch error {
        case let error as TransportError: self = error
        case is CancellationError: self = .cancelled
        case let error as NIOTransportSetupError: self = .notSent(reason: error.problem)
        case let error as NIOConnectionError:
            self = .notSent(reason: TransportError.reason(of: error))
        // An address that is dialled without a name. Only connecting is ever refused.
        case let error as IOError where error.errnoCode == ECONNREFUSED:
            self = .notSent(reason: "the connection was refused")
        case let error as NIOSSLError:
            if case .handshakeFailed(let cause) = error {
                self = .notSent(reason: "the TLS handshake failed: \(cause)")
            } else {
                self = .broken(reason: "\(error)")
            }
        case let error as NIOSSLExtraError:
            if error == .failedToValidateHostname {
                self = .notSent(reason: "the server's certificate is for another name: \(error)")
            } else {
                self = .broken(reason: "\(error)")
            }
        case let error as HTTPClientError: self = TransportError(error, timeout: timeout)
        default: self = .broken(reason: "\(error)")
        }
    }

    private init(_ error: HTTPClientError, timeout: Duration) {
        switch error {
        case .cancelled: self = .cancelled
        case .deadlineExceeded, .readTimeout, .writeTimeout: self = .timedOut(after: timeout)
        case .connectTimeout, .tlsHandshakeTimeout, .socksHandshakeTimeout,
            .httpProxyHandshakeTimeout, .getConnectionFromPoolTimeout, .invalidProxyResponse,
            .proxyAuthenticationRequired, .alreadyShutdown, .invalidURL, .emptyHost:
            self = .notSent(reason: error.shortDescription)
        default: self = .broken(reason: error.shortDescription)
        }
    }

    private static func reason(of error: NIOConnectionError) -> String {
        if let failure = error.connectionErrors.first {
            return "no connection to \(error.host):\(error.port): \(failure.error)"
        }
        if let failure = error.dnsAError ?? error.dnsAAAAError {
            return "the name \(error.host) did not resolve: \(failure)"
        }
        return "no connection to \(error.host):\(error.port)"
    }
}
