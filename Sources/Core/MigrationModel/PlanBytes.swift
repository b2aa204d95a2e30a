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
    /// A plan of ten thousand steps has a third of this; what is larger is no plan.
    package static let bytesMax = 64 << 20

    /// The one form of a plan: keys sorted, two spaces a level, a line break at the end, its digest
    /// among its members.
    ///
    /// The same plan gives the same bytes.
    package func encoded() throws -> [UInt8] {
        let compact = Array(try canonicalEncoder().encode(self))
        var document = try JSON.parse(compact)
        document["digest"] = .string(Digest(of: compact).hex)
        return Array(document.text(.indented).utf8) + [0x0A]
    }

    /// The digest by which a plan is approved and run: of its compact form.
    package func digest() throws -> Digest {
        Digest(of: Array(try canonicalEncoder().encode(self)))
    }

    /// Reads what `encoded()` wrote; anything else is refused with the place, and so is what was
    /// changed since.
    package static func decode(_ bytes: [UInt8]) throws(PlanFormatError) -> Plan {
        do {
            let (document, stated) = try content(of: bytes)
            let plan = try plan(in: document)
            let compact = Array(try canonicalEncoder().encode(plan))
            if let place = document.firstDifference(from: try JSON.parse(compact)) {
                throw PlanFormatError("at \(place): no plan has this there")
            }
            let found = Digest(of: compact).hex
            guard stated == found else {
                throw PlanFormatError(
                    "its digest says \(stated.prefix(12)) and its content gives "
                        + "\(found.prefix(12)): it was changed after it was written, and a plan is "
                        + "reviewed, not edited"
                )
            }
            return plan
        } catch let error as PlanFormatError {
            throw error
        } catch let error as JSONParseError {
            throw PlanFormatError("\(error.problem) at \(bytes.lineAndColumn(at: error.offset))")
        } catch let error as DecodingError {
            throw PlanFormatError(error.place)
        } catch {
            throw PlanFormatError("\(error)")
        }
    }

    private static func plan(in document: JSON) throws -> Plan {
        do {
            return try JSONDecoder().decode(Plan.self, from: Data(document.encoded()))
        } catch DecodingError.dataCorrupted(let context) where context.codingPath.isEmpty {
            // The decoder does not tell which number it could not make one of ours from.
            let places = document.fractions().joined(separator: ", ")
            throw PlanFormatError(
                "a number that is not whole stands at \(places), and none may there"
            )
        }
    }

    /// The document without its digest, and the digest; refuses what is of another form.
    private static func content(of bytes: [UInt8]) throws -> (document: JSON, digest: String) {
        guard !bytes.isEmpty else { throw PlanFormatError("it is empty") }
        guard bytes.count <= bytesMax else {
            throw PlanFormatError("it is larger than \(bytesMax >> 20) MiB, which no plan is")
        }
        var document = try JSON.parse(
            bytes,
            limits: JSON.ParseLimits(depthMax: 64, refusesDuplicateKeys: true)
        )
        guard document.object != nil else {
            throw PlanFormatError("it is \(document.kindName), and a plan is an object")
        }
        guard let version = document["formatVersion"]?.int else {
            throw PlanFormatError("it has no number \"formatVersion\"")
        }
        guard version == formatVersionCurrent else {
            throw PlanFormatError(
                "it is of format \(version), this program reads \(formatVersionCurrent)"
            )
        }
        guard let digest = document["digest"]?.string else {
            throw PlanFormatError("it has no text \"digest\"")
        }
        document["digest"] = nil
        return (document, digest)
    }
}

extension [UInt8] {
    /// Where an offset lies for a person who looks at the text, both counted from 1.
    fileprivate func lineAndColumn(at offset: Int) -> String {
        let before = prefix(offset)
        let line = before.reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
        let column = offset - (before.lastIndex(of: 0x0A) ?? -1)
        return "line \(line), column \(column)"
    }
}

extension JSON {
    /// The paths of all numbers that are not whole.
    fileprivate func fractions(at path: String = "") -> [String] {
        switch self {
        case .object(let members):
            members.flatMap { key, value in
                value.fractions(at: path.isEmpty ? key : "\(path).\(key)")
            }
        case .array(let elements):
            elements.enumerated().flatMap { $1.fractions(at: "\(path)[\($0)]") }
        case .number(let number): number.int == nil ? [path] : []
        case .null, .bool, .string: []
        }
    }

    /// The path of the first place at which this is not `other`; nil when they are the same.
    fileprivate func firstDifference(from other: JSON, at path: String = "") -> String? {
        switch (self, other) {
        case (.object(let own), .object(let others)):
            for key in Set(own.keys).union(others.keys).sorted() where own[key] != others[key] {
                let place = path.isEmpty ? key : "\(path).\(key)"
                guard let value = own[key], let known = others[key] else { return place }
                return value.firstDifference(from: known, at: place)
            }
            return nil
        case (.array(let own), .array(let others)) where own.count == others.count:
            for index in own.indices where own[index] != others[index] {
                return own[index].firstDifference(from: others[index], at: "\(path)[\(index)]")
            }
            return nil
        default: return self == other ? nil : path
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
            case .typeMismatch(let type, let context): (context, Self.wish(type))
            case .valueNotFound(let type, let context): (context, "a \(type) is missing")
            case .dataCorrupted(let context): (context, context.debugDescription)
            @unknown default: (Context(codingPath: [], debugDescription: ""), "\(self)")
            }
        let path = context.codingPath.map { key in
            key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)"
        }.joined()
        return "at \(path.isEmpty ? "the top" : String(path.drop { $0 == "." })): \(problem)"
    }

    /// What should stand there, in the words of somebody who looks at the text.
    private static func wish(_ type: Any.Type) -> String {
        switch "\(type)" {
        case "String": "it should be a text"
        case "Int": "it should be a whole number"
        case "Double": "it should be a number"
        case "Bool": "it should be true or false"
        case let name where name.hasPrefix("Array"): "it should be a list"
        case let name where name.hasPrefix("Dictionary"): "it should be an object"
        // A choice of ours whose one member names none of its cases.
        case let name: "it is no \(name) that this program knows"
        }
    }
}
