import Foundation
import JSONValues
import Sealing

/// Why a stored plan is not one that can be run.
package struct PlanFormatError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Says the place and what is wrong there.
    package let problem: String

    /// Takes the place and what is wrong there.
    package init(_ problem: String) { self.problem = problem }

    /// What is wrong, and what to do.
    package var description: String {
        "the plan cannot be read: \(problem). Make it anew with `diolkos plan`."
    }
}

extension Plan {
    /// The one form of a plan: keys sorted, two spaces a level, a line break at the end.
    ///
    /// The same plan gives the same bytes.
    package func encoded() throws -> [UInt8] {
        let compact = try canonicalEncoder().encode(self)
        return Array(try JSON.parse(Array(compact)).text(.indented).utf8) + [0x0A]
    }

    /// The digest by which a plan is approved and run: of its compact form.
    package func digest() throws -> Digest {
        Digest(of: Array(try canonicalEncoder().encode(self)))
    }

    /// Reads what `encoded()` wrote; anything else is refused with the place.
    package static func decode(_ bytes: [UInt8]) throws(PlanFormatError) -> Plan {
        do {
            let document = try JSON.parse(
                bytes,
                limits: JSON.ParseLimits(depthMax: 64, refusesDuplicateKeys: true)
            )
            guard let version = document["formatVersion"]?.int else {
                throw PlanFormatError("it has no number \"formatVersion\"")
            }
            guard version == formatVersionCurrent else {
                throw PlanFormatError(
                    "it is of format \(version), this program reads \(formatVersionCurrent)"
                )
            }
            return try JSONDecoder().decode(Plan.self, from: Data(bytes))
        } catch let error as PlanFormatError {
            throw error
        } catch let error as JSONParseError {
            throw PlanFormatError(error.description)
        } catch let error as DecodingError {
            throw PlanFormatError(error.place)
        } catch {
            throw PlanFormatError("\(error)")
        }
    }
}

/// The encoder of everything that is digested or stored: sorted keys, plain slashes.
package func canonicalEncoder() -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
}

extension DecodingError {
    /// Where decoding failed and why, without the value itself, which may be a secret.
    package var place: String {
        let (context, problem): (Context, String) =
            switch self {
            case .keyNotFound(let key, let context): (context, "\"\(key.stringValue)\" is missing")
            case .typeMismatch(let type, let context): (context, "it should be of type \(type)")
            case .valueNotFound(let type, let context): (context, "a \(type) is missing")
            case .dataCorrupted(let context): (context, context.debugDescription)
            @unknown default: (Context(codingPath: [], debugDescription: ""), "\(self)")
            }
        let path = context.codingPath.map { key in
            key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)"
        }.joined()
        return "at \(path.isEmpty ? "the top" : String(path.drop { $0 == "." })): \(problem)"
    }
}
