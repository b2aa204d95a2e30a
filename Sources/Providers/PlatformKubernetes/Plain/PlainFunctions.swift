/// What the lines of a `PlainKubernetesSite` call beside `kubectl`.
enum PlainFunctions {
    static let all = [found, eventually, podsOf, larger, takeTicks, removeNamespace, endRun]

    private static let endRun = """
        # end_run LEASE RUN KUBECTL: makes a tombstone of the run's lease; a site that does not answer, and
        # the lease of another run, are passed over.
        end_run() {
          local lease=$1 run=$2 held
          shift 2
          set -- "$@" -n default --request-timeout=10s
          held=$("$@" get lease "$lease" --ignore-not-found \\
            -o 'jsonpath={.metadata.annotations.diolkos\\.dev/run}') || held=none
          if [ "$held" = none ]; then
            echo "the lease $lease cannot be ended; see that nobody drives: $*" >&2
          elif [ "$held" = "$run" ]; then
            "$@" patch lease "$lease" --type=merge -p \\
              '{"metadata":{"annotations":{"\(Marks.ended)":"break-glass"}},"spec":{"holderIdentity":""}}' \\
              || echo "the lease $lease cannot be ended; see that nobody drives: $*" >&2
          fi
        }
        """

    private static let found = """
        # found COMMAND: whether the command prints anything; a command that fails ends the script.
        found() {
          local answer
          answer=$("$@") || exit 1
          [ -n "$answer" ]
        }
        """

    private static let eventually = """
        # eventually yes|no COMMAND: waits until the command prints something, or nothing any more.
        eventually() {
          local wanted=$1 seen
          shift
          for _ in {1..300}; do
            if found "$@"; then seen=yes; else seen=no; fi
            if [ "$seen" = "$wanted" ]; then return 0; fi
            sleep 1
          done
          echo "five minutes have passed, and still $seen: $*" >&2
          exit 1
        }
        """

    private static let podsOf = """
        # pods_of KIND/NAME KUBECTL: the pods that a workload selects, those that end included.
        pods_of() {
          local workload=$1 labels
          shift
          labels=$("$@" get "$workload" --ignore-not-found -o go-template='\
        {{range $key, $value := .spec.selector.matchLabels}}{{$key}}={{$value}},{{end}}\
        diolkos.dev/none!=none') || exit 1
          if [ -n "$labels" ]; then "$@" get pods -l "$labels" -o name; fi
        }
        """

    private static let larger = """
        # larger COUNT KUBECTL: the replicas that were recorded, or those of the other site if it has
        # more; those that were recorded if it does not answer.
        larger() {
          local count=$1 there
          shift
          there=$("$@" -o 'jsonpath={.spec.replicas}') || there=0
          if [ "${there:-0}" -gt "$count" ]; then echo "$there"; else echo "$count"; fi
        }
        """

    private static let takeTicks = """
        # take_ticks NAME KUBECTL -- KUBECTL-THERE: lets a CronJob take for begun what the other site has
        # begun; all that has passed, if that site does not answer.
        take_ticks() {
          local name=$1 here=() own last
          shift
          while [ "$1" != -- ]; do here+=("$1"); shift; done
          shift
          last=$("$@" -o 'jsonpath={.status.lastScheduleTime}') || last=$(date -u +%Y-%m-%dT%H:%M:%SZ)
          own=$("${here[@]}" get cronjob.batch "$name" -o 'jsonpath={.status.lastScheduleTime}') || exit 1
          if [[ "$last" > "$own" ]]; then
            "${here[@]}" patch cronjob.batch "$name" --subresource=status --type=merge \\
              -p "{\\"status\\":{\\"lastScheduleTime\\":\\"$last\\"}}"
          fi
        }
        """

    private static let removeNamespace = """
        # remove_namespace NAME MARK KUBECTL: deletes a namespace that bears the mark, once nothing is
        # left in it but what a cluster makes in every one.
        remove_namespace() {
          local name=$1 mark=$2 kinds left
          shift 2
          found "$@" get namespaces -l "$mark" --field-selector "metadata.name=$name" -o name || return 0
          kinds=$("$@" api-resources --namespaced --verbs=list,delete -o name) || exit 1
          kinds=$(grep -v -E '^(events|endpoints|endpointslices)(\\.|$)' <<<"$kinds" | paste -sd, -)
          for _ in {1..60}; do
            left=$("$@" -n "$name" get "$kinds" --ignore-not-found -o name) || exit 1
            left=$(grep -v -x -E 'configmap/kube-root-ca.crt|serviceaccount/default|' <<<"$left" || true)
            if [ -z "$left" ]; then break; fi
            sleep 1
          done
          if [ -n "$left" ]; then
            echo "namespace $name is left, for these are not of the run:" $left >&2
          else
            "$@" delete namespace "$name" --timeout=120s
          fi
        }
        """
}
