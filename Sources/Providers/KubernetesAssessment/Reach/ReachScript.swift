/// The program of the Job that tries addresses, and what it says.
///
/// It needs `sh` with `date`, and either an `nc` (busybox's, OpenBSD's) or `bash` with `timeout`:
/// busybox and most images of a distribution have that. It connects, sends nothing, and closes.
enum ReachScript {
    /// What stands in the place of the program's name among its words.
    static let name = "diolkos-reach"

    /// A kubelet cuts a message off behind so many bytes (kubernetes.io, Determine the Reason for Pod
    /// Failure); a line of it takes at most 16.
    static let messageSizeMax = 4096
    /// Addresses that one Job tries, one after the other.
    static let addressesMax = 32

    /// Takes a limit in seconds, the number of samples, and then hosts and ports in turn.
    ///
    /// The least time of the samples counts, in milliseconds; without a `date` that knows them, the
    /// machine's uptime is read, which goes on in steps of 10 ms. Some `nc` know no `-z`: they run
    /// `true` when they are connected.
    static let text = #"""
        limit=$1 samples=$2 index=0
        shift 2
        now() {
          n=$(date +%s%3N 2>/dev/null)
          case $n in *[!0-9]*) n= ;; esac
          if [ ${#n} -lt 13 ]; then read -r n rest </proc/uptime; n=${n%.*}${n#*.}0; fi
          echo "$n"
        }
        dial() {
          case $tool in
            nc-z) nc -zv -w "$limit" "$1" "$2" ;;
            nc-e) nc -w "$limit" "$1" "$2" -e true ;;
            bash) timeout "$limit" bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$2" ;;
          esac </dev/null 2>&1
        }
        out=${REACH_REPORT:-/dev/termination-log} tool= report=
        if command -v nc >/dev/null 2>&1; then
          tool=nc-z
          case $(nc -zv -w 1 127.0.0.1 1 2>&1) in *option*) tool=nc-e ;; esac
        elif command -v bash >/dev/null 2>&1 && command -v timeout >/dev/null 2>&1; then
          tool=bash
        else
          echo "tools missing" >"$out"
          exit 1
        fi
        while [ $# -ge 2 ]; do
          code=o best= tries=0
          while [ $tries -lt "$samples" ] && [ $code = o ]; do
            tries=$((tries + 1)) start=$(now)
            words=$(dial "$1" "$2") && code=o || code=f
            took=$(($(now) - start))
            if [ -z "$best" ] || [ $took -lt "$best" ]; then best=$took; fi
          done
          if [ $code = f ]; then
            case $words in
              *"bad address"* | *getaddrinfo* | *"not known"* | *resol*) code=n ;;
              *efused*) code=r ;;
              *imed*) code=t ;;
              *) if [ $((took + 200)) -ge $((limit * 1000)) ]; then code=t; fi ;;
            esac
          fi
          report="$report$index $code $best
        "
          index=$((index + 1))
          shift 2
        done
        printf %s "$report" >"$out"

        """#

    /// What the words of the program say of each of `addresses`.
    static func results(
        in message: String,
        of addresses: [OutsideAddress]
    ) -> [OutsideAddress: ReachResult] {
        var results: [OutsideAddress: ReachResult] = [:]
        for line in message.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ")
            guard words.count == 3, let index = Int(words[0]), addresses.indices.contains(index),
                let milliseconds = Int(words[2]), milliseconds >= 0,
                let result = ReachResult(code: words[1], milliseconds: milliseconds)
            else { continue }
            results[addresses[index]] = result
        }
        return results
    }
}

/// What came of trying one address from one site.
package enum ReachResult: Sendable, Hashable {
    /// A connection came about, in so many milliseconds.
    case answered(milliseconds: Int)
    case refused
    case timedOut
    /// The name means nothing there.
    case unresolved
    case failed

    init?(code: Substring, milliseconds: Int) {
        switch code {
        case "o": self = .answered(milliseconds: milliseconds)
        case "r": self = .refused
        case "t": self = .timedOut
        case "n": self = .unresolved
        case "f": self = .failed
        default: return nil
        }
    }

    package var milliseconds: Int? {
        if case .answered(let milliseconds) = self { milliseconds } else { nil }
    }

    /// For machines: `answered`, `refused`.
    package var word: String {
        switch self {
        case .answered: "answered"
        case .refused: "refused"
        case .timedOut: "timedOut"
        case .unresolved: "unresolved"
        case .failed: "failed"
        }
    }

    /// `12 ms`, `refused`.
    package var words: String {
        switch self {
        case .answered(let milliseconds): "\(milliseconds) ms"
        case .refused: "refused"
        case .timedOut: "no answer"
        case .unresolved: "no such name"
        case .failed: "failed"
        }
    }
}
