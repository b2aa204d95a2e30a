import NIOHTTP1

/// The host of a request, as rules and routes are keyed by it.
enum RouteHost {
    /// The `Host` header without its port, in lower case; empty when there is none.
    static func of(_ headers: HTTPHeaders) -> String {
        guard let value = headers.first(name: "host") else { return "" }
        let host = value.utf8.firstIndex(of: 0x3A).map { String(value[..<$0]) } ?? value
        let isLowered = host.utf8.allSatisfy { !(0x41...0x5A).contains($0) }
        return isLowered ? host : host.lowercased()
    }
}

extension WholeAnswer {
    /// What a proxy gives its caller for what it got itself.
    init(forwarding result: Result<WholeAnswer, CallFailure>) {
        switch result {
        case .success(let answer):
            self = answer
            headers = answer.headers.forwarded()
        case .failure(.timedOut):
            self.init(status: .gatewayTimeout, text: "the backend did not answer in time")
        case .failure(let failure):
            self.init(status: .badGateway, text: "the backend gave no answer: \(failure.word)")
        }
    }
}
