import JSONValues

/// What is started when the copied foundation stands, and waited for: a pipeline that deploys.
package struct CopyHook: Sendable, Hashable {
    /// What messages call it.
    package var name: String
    /// What is started.
    package var action: Action
    /// How long it may take altogether.
    package var timeout: Duration

    /// What is done.
    package enum Action: Sendable, Hashable {
        /// A GET is repeated until its answer is expected; anything else is sent once.
        case http(HTTPCall)
        /// A program and its arguments; it has succeeded when it ends with 0.
        case command([String])
    }

    /// A request, and the answers that mean success.
    package struct HTTPCall: Sendable, Hashable {
        /// `https://ci.example/hooks/shop?ref=main`; may hold a token and is never printed whole.
        package var url: String
        /// `GET`, `POST` or `PUT`; only a GET is ever repeated.
        package var method: String
        /// Sorted; empty for every status from 200 to 299.
        package var expected: [Int]
        /// The variable of the environment from which each header has its value: tokens stand in no file.
        package var headers: [String: String]
        /// Sent as JSON; nil for nothing.
        package var body: JSON?
        /// What an expected answer must say, too; nil when its status is enough.
        package var until: AnswerCondition?

        package init(
            url: String,
            method: String = "POST",
            expected: [Int] = [],
            headers: [String: String] = [:],
            body: JSON? = nil,
            until: AnswerCondition? = nil
        ) {
            self.url = url
            self.method = method
            self.expected = expected
            self.headers = headers
            self.body = body
            self.until = until
        }
    }

    /// What the JSON of an answer says when all is done, or when it never will be.
    package struct AnswerCondition: Sendable, Hashable {
        /// Where it says so, as a pointer of RFC 6901: `/status`.
        package var pointer: String
        /// What stands there then; sorted.
        package var success: [String]
        /// What stands there when waiting is in vain; sorted.
        package var failure: [String]

        package init(pointer: String, success: [String], failure: [String] = []) {
            self.pointer = pointer
            self.success = success
            self.failure = failure
        }
    }

    package init(name: String, action: Action, timeout: Duration = .seconds(600)) {
        self.name = name
        self.action = action
        self.timeout = timeout
    }
}
