/// The program of a pod that takes and gives bytes, for as long as it is told.
enum TransferListenerScript {
    /// Answers one request of HTTP/1.1 that stands at its input.
    ///
    /// `POST /N` is answered with 200 once N bytes have come, `GET /N` with N bytes. They are random, so
    /// that nothing on the way makes them fewer, and at most 9,999,999.
    static let answer = #"""
        cr=$(printf '\r')
        read -r verb path rest || exit 0
        length=0
        while read -r line && line=${line%"$cr"} && [ -n "$line" ]; do
          case $line in [Cc]ontent-[Ll]ength:*) length=${line#*:} length=${length# } ;; esac
        done
        [ "$verb" = POST ] || length=${path#/}
        case $length in "" | *[!0-9]* | ????????*) length=0 ;; esac
        is="200 OK"
        if [ "$verb" = POST ]; then
          got=$(head -c "$length" | wc -c) length=0
          [ "$got" -eq "${path#/}" ] || is="400 Bad Request"
        fi
        printf 'HTTP/1.1 %s\r\nContent-Length: %s\r\n' "$is" "$length"
        printf 'Connection: close\r\n\r\n'
        head -c "$length" /dev/urandom
        """#

    /// Takes a port, for how many seconds to listen, and `answer`.
    ///
    /// busybox is built with either of two kinds of `nc`, which are told apart by what they say of
    /// themselves, and so is toybox's; no other lets a program answer again and again. From its second
    /// caller on each of them starts programs with SIGCHLD ignored, so that whoever waits for a child is told
    /// that there is none; busybox's `timeout` then ends before it has begun, or not, by what its memory
    /// happens to hold. A shell is told of its children whatever it was started with, and so is what
    /// takes its place.
    static let text = #"""
        port=$1 lifetime=$2 answer=$3 limited='exec timeout 60 sh -c "$0"'
        case $(nc --help 2>&1) in
          *-ll*) exec timeout "$lifetime" nc -ll -p "$port" -e sh -c "$limited" "$answer" ;;
          *-lk*) exec timeout "$lifetime" nc -lk -p "$port" -e sh -c "$limited" "$answer" ;;
          *-L*Listen*) exec timeout "$lifetime" nc -L -p "$port" sh -c "$limited" "$answer" ;;
        esac
        echo "its image has no nc that lets a program answer, as that of busybox does" \
          >"${TRIAL_REPORT:-/dev/termination-log}"
        exit 127
        """#
}
