/// The program of a pod that sends bytes to a `TransferListener` and fetches some from it.
enum TransferTrialScript {
    /// Takes the host of its requests, the seconds of one, for how many to look for who listens, how many
    /// bytes are few, some and many, for how many seconds to keep its own end open, and then `host:port`s.
    ///
    /// It writes a line for each: its number, and what came of sending few, of sending some, of sending
    /// many, of fetching some, of fetching many. `o20` is done in 20 ms, `s` is that no whole answer came,
    /// `x404` another answer than 200, `-` was not tried. Where few did not go, `r`, `t`, `n` and `f` say what
    /// `ConnectionTrialScript` says.
    static let text =
        ConnectionTrialScript.clock + #"""
            host=$1 patience=$2 reach=$3 few=$4 some=$5 many=$6 hold=$7 index=0
            shift 7
            say() {
              if [ "$1" = up ]; then
                printf 'POST /%s HTTP/1.1\r\nHost: %s\r\nContent-Length: %s\r\n' "$2" "$host" "$2"
                printf 'Connection: close\r\n\r\n'
                head -c "$2" /dev/urandom
              else
                printf 'GET /%s HTTP/1.1\r\nHost: %s\r\n' "$2" "$host"
                printf 'Connection: close\r\n\r\n'
              fi
              sleep "$hold"
            }
            hear() {
              read -r version code rest
              got=$(wc -c) end=$(now)
              case $code in
                200) if [ "$1" = up ] || [ "$got" -ge "$2" ]; then echo o$((end - start)); else echo s; fi ;;
                "") echo s ;;
                *[!0-9]*) echo x0 ;;
                *) echo "x$code" ;;
              esac
            }
            exchange() {
              start=$(now)
              say "$3" "$4" 2>/dev/null | timeout "$patience" nc "$1" "$2" 2>/dev/null | hear "$3" "$4"
            }
            why() {
              case $(timeout 2 nc "$1" "$2" </dev/null 2>&1 >/dev/null) in
                *"bad address"* | *getaddrinfo* | *"not known"* | *resol*) echo n ;;
                *efused*) echo r ;;
                *imed* | "") echo t ;;
                *) echo f ;;
              esac
            }
            try() {
              begin=$(now)
              while first=$(patience=3 exchange "$2" "$3" up "$few"); [ "$first" = "${first#o}" ]; do
                if [ $(($(now) - begin)) -ge $((reach * 1000)) ]; then
                  [ "$first" != s ] || first=$(why "$2" "$3")
                  echo "$1 $first - - - -"
                  return
                fi
                sleep 1
              done
              line="$1 $first"
              for way in up down; do
                next=$(exchange "$2" "$3" $way "$some") last=-
                case $next in o*) last=$(exchange "$2" "$3" $way "$many") ;; esac
                line="$line $next $last"
              done
              echo "$line"
            }
            exec 9>"${TRIAL_REPORT:-/dev/termination-log}"
            if ! command -v nc >/dev/null 2>&1 || ! command -v timeout >/dev/null 2>&1; then
              echo "the image has not both nc and timeout" >&9
              exit 127
            fi
            for place; do
              try $index "${place%:*}" "${place##*:}" >&9
              index=$((index + 1))
            done
            """#
}
