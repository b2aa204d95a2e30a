import MigrationModel
import MigrationPorts

/// How the writers of stores are given back without this program: by the stores' own programs.
package struct PlainStorePrograms: PlainStores {
    private let program: StoreProgram

    package init(_ program: StoreProgram) { self.program = program }

    package var functions: [String] {
        [
            #"""
            # Waits until a store's copy is as it is wanted: store_wait WANTED SITE OTHER PROGRAM...; WANTED is
            # accepts, refuses, or complete: it has all that the other site's copy has, which refuses writes.
            store_wait() {
                local wanted=$1 site=$2 other=$3 tries=0 line others
                shift 3
                while [ "$tries" -lt 150 ]; do
                    line=$("$@" look "$site") || line=
                    case "$wanted" in
                    complete)
                        others=$("$@" look "$other") || others=
                        case "$others" in
                        refuses\ *) [ -n "$line" ] && [ "${line##* }" -ge "${others##* }" ] && return 0 ;;
                        esac
                        ;;
                    *) [ "${line%% *}" = "$wanted" ] && return 0 ;;
                    esac
                    tries=$((tries + 1))
                    sleep 2
                done
                echo "the $site's copy is not as it is wanted ($wanted): $line" >&2
                return 1
            }
            """#,
            #"""
            # Lets a store's copy accept writes, once the other one refuses them and has nothing more; one that
            # accepts them is asked too, for a fence that was cut off: store_promote SITE OTHER PROGRAM...
            store_promote() {
                local site=$1 other=$2
                shift 2
                case "$("$@" look "$site")" in accepts\ *) "$@" promote "$site" && return 0 ;; esac
                store_wait complete "$site" "$other" "$@"
                "$@" promote "$site"
                store_wait accepts "$site" "$other" "$@"
            }
            """#,
            #"""
            # Lets a store's copy refuse writes, and the other one get all that was written there, unless it
            # never accepted any: store_give_back SITE OTHER PROGRAM...
            store_give_back() {
                local site=$1 other=$2 line
                shift 2
                line=$("$@" look "$site")
                case "$line" in *\ follows\ *) return 0 ;; esac
                "$@" fence "$site"
                line=$("$@" look "$other")
                case "$line" in
                accepts\ *) return 0 ;;
                *\ alone\ *) "$@" follow "$other" ;;
                esac
                store_wait complete "$other" "$site" "$@"
            }
            """#,
        ]
    }

    package func undo(
        _ change: StoreChange,
        of store: Store,
        at site: SiteRole,
        was: StoreReading
    ) -> [String] {
        let (own, other) = (site.rawValue, site.counterpart.rawValue)
        switch change {
        case .follow:
            guard site == .target else { return [] }
            return [ShellWord.command(call(store) + [was.follows ? "follow" : "leave", own])]
        case .fence:
            guard was.acceptsWrites else { return [] }
            return [ShellWord.command(["store_promote", own, other] + call(store))]
        case .promote:
            guard !was.acceptsWrites else { return [] }
            return [ShellWord.command(["store_give_back", own, other] + call(store))]
        case .leave: return []
        }
    }

    /// The program with what names the store, without verb and site.
    private func call(_ store: Store) -> [String] {
        let environment = program.environment(of: store).sorted { $0.key < $1.key }
        return ["env"] + environment.map { "\($0.key)=\($0.value)" }
            + program.words(of: store, "", .source).dropLast(2)
    }
}
