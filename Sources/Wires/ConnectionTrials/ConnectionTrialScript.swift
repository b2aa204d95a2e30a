/// The program of a trial's pod, and what it says.
enum ConnectionTrialScript {
    /// Says how many milliseconds have passed since some moment.
    ///
    /// Without a `date` that knows milliseconds, the machine's uptime is read, which goes on in steps of
    /// ten.
    static let clock = #"""
        now() {
          n=$(date +%s%3N 2>/dev/null)
          case $n in *[!0-9]*) n= ;; esac
          if [ ${#n} -lt 13 ]; then read -r n rest </proc/uptime; n=${n%.*}${n#*.}0; fi
          echo "$n"
        }

        """#

    /// Takes whether to try side by side, the seconds of an attempt, the attempts, the samples, and then
    /// `host:port`s.
    ///
    /// It writes a line for each: its number, what came of it, milliseconds of each sample, and what was said. It connects,
    /// sends nothing, and closes. Where two more words follow a `host:port` behind equals signs, it sends the
    /// first, as `printf` takes it, and tries until the second is in what comes back, as `od` writes it.
    /// The `nc` of some images has no `-z`; busybox's then runs `true` when it is connected.
    static let text =
        clock + #"""
            side=$1 limit=$2 attempts=$3 samples=$4 index=0
            shift 4
            dial() {
              case $tool in
                nc-z) nc -zv -w "$limit" "$1" "$2" ;;
                nc-e) nc -w "$limit" "$1" "$2" -e true ;;
                bash) timeout "$limit" bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$2" ;;
              esac </dev/null 2>&1
            }
            code_of() {
              case $1 in
                *"bad address"* | *getaddrinfo* | *"not known"* | *resol*) echo n ;;
                *efused*) echo r ;;
                *imed* | "") echo t ;;
                *) echo f ;;
              esac
            }
            ask() {
              { printf "$3"; sleep "$limit"; } | nc -w "$limit" "$1" "$2" 2>/dev/null | head -c 700 |
                od -An -v -tx1 | tr -d ' \n'
            }
            try() {
              question= wanted= attempt=0 sample=0 times= said=
              case $2 in *=*) wanted=${2##*=} question=${2#*=} question=${question%=*} ;; esac
              place=${2%%=*} place=${place##*/}
              host=${place%:*} port=${place##*:}
              while [ $sample -lt "$samples" ]; do
                start=$(now) is=
                if words=$(dial "$host" "$port"); then
                  took=$(($(now) - start))
                  if [ -n "$question" ]; then said=$(ask "$host" "$port" "$question"); fi
                  case $said in *"$wanted"*) sample=$((sample + 1)) times=$times,$took && continue ;; esac
                  is=s
                else
                  is=$(code_of "$words") took=0 said=
                fi
                attempt=$((attempt + 1))
                if [ $attempt -ge "$attempts" ]; then echo "$1 $is $took $said"; return; fi
                sleep 1
              done
              if [ -n "$question" ]; then is=s; else is=o; fi
              echo "$1 $is ${times#,} $said"
            }
            exec 9>"${TRIAL_REPORT:-/dev/termination-log}"
            tool=
            if command -v nc >/dev/null 2>&1; then
              tool=nc-z
              case $(nc -zv -w 1 127.0.0.1 1 2>&1) in *option*) tool=nc-e ;; esac
            elif command -v bash >/dev/null 2>&1 && command -v timeout >/dev/null 2>&1; then
              tool=bash
            else
              echo "the image has neither nc, nor bash and timeout" >&9
              exit 127
            fi
            for target; do
              if [ "$side" = 1 ]; then
                try $index "$target" >&9 &
              else
                try $index "$target" >&9
              fi
              index=$((index + 1))
            done
            wait
            """#
}
