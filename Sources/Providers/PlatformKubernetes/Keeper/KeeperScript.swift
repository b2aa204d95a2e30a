/// The program of a keeper's pod.
///
/// In turns, and in each namespace, it reads the slices of this site's bridges and those of the other site's
/// names, and leads the first to the pods of the second; or it reads the other site's nodes, and leads bridges to
/// node ports to those that are ready. It does as `BridgePages` does, but that it makes no slice and deletes none. So a name that was turned has nothing left that it could change. Each patch bears the version that was
/// read, so one that comes late is refused, and so is one beside a change of the run. A read that fails, or does
/// not reach its end, changes nothing; that no pod is ready is believed only when it has been so for a while, and
/// that no node is, never: nodes that are not ready may still carry.
enum KeeperScript {
    static let text = #"""
        set -u
        trap 'exit 0' TERM INT
        # With any option that changes how it connects, kubectl looks for no account of its pod by itself.
        host=$KUBERNETES_SERVICE_HOST
        case $host in *:*) host="[$host]" ;; esac
        cat >"$STATE/kubeconfig" <<END
        {"apiVersion": "v1", "kind": "Config", "current-context": "own",
        "clusters": [{"name": "own", "cluster": {
        "server": "https://$host:$KUBERNETES_SERVICE_PORT", "certificate-authority": "$ACCOUNT/ca.crt"}}],
        "users": [{"name": "own", "user": {"tokenFile": "$ACCOUNT/token"}}],
        "contexts": [{"name": "own", "context": {"cluster": "own", "user": "own"}}]}
        END
        own() { kubectl --kubeconfig="$STATE/kubeconfig" --request-timeout=10s "$@"; }
        other() { kubectl --kubeconfig="$OTHER_KUBECONFIG" --request-timeout=10s "$@"; }
        service='{{index .metadata.labels "kubernetes.io/service-name"}}'
        ports='[{{range $i, $p := .ports}}{{if $i}},{{end}}{"name":"{{with .name}}{{.}}{{end}}",'
        ports=$ports'"protocol":"{{with .protocol}}{{.}}{{else}}TCP{{end}}","port":{{.port}}'
        ports=$ports'{{with .appProtocol}},"appProtocol":"{{.}}"{{end}}}{{end}}]'
        slices='{{range .items}}S {{.metadata.name}} {{.metadata.resourceVersion}} '$service
        slices=$slices' {{.addressType}} '$ports' {{index .metadata.annotations "diolkos.dev/bridge-way"}}'
        slices=$slices' {{range .endpoints}}{{range .addresses}}{{.}},{{end}}{{end}}{{"\n"}}{{end}}END{{"\n"}}'
        pods='{{range .items}}{{$place := printf "%s %s" (index .metadata.labels "kubernetes.io/service-name")'
        pods=$pods' .addressType}}{{$slice := .}}{{range .endpoints}}E {{$place}} {{with $slice}}'$ports'{{end}}'
        pods=$pods' {{index .addresses 0}} {{.conditions.ready}}/{{.conditions.terminating}}{{"\n"}}{{end}}'
        pods=$pods'{{end}}END{{"\n"}}'
        nodes='{{range .items}}N r{{range .status.conditions}}{{if eq .type "Ready"}}{{.status}}{{end}}{{end}} '
        nodes=$nodes'{{range .status.addresses}}{{if eq .type "InternalIP"}}{{.address}},{{end}}{{end}}{{"\n"}}'
        nodes=$nodes'{{end}}END{{"\n"}}'
        lead='
        function key(family, ports) { return family " " ports }
        function fill(i, most,   n, j, list) {
          n = split(rest[at], list, ",")
          rest[at] = ""
          for (j = 1; j < n; j++) {
            if (count[i] < most) { held[i] = held[i] list[j] ","; count[i]++; gains[i] = 1 }
            else rest[at] = rest[at] list[j] ","
          }
        }
        function lead(service,   i, j, n, list, best, more) {
          delete rest; delete size
          for (i = 1; i <= slices; i++) if (of[i] == service) {
            held[i] = ""; count[i] = 0
            n = split(before[i], list, ",")
            for (j = 1; j < n; j++)
              if (((service, key(family[i], ports[i]), list[j]) in ready) && !((service, list[j]) in taken)) {
                held[i] = held[i] list[j] ","; count[i]++; taken[service, list[j]] = 1
              }
          }
          for (j = 1; j <= pods; j++) if (owner[j] == service && !((service, address[j]) in taken)) {
            taken[service, address[j]] = 1
            rest[place[j]] = rest[place[j]] address[j] ","; size[place[j]]++
          }
          while (1) {
            at = ""; best = 0
            for (more in size) if (size[more] > best || (size[more] == best && more < at)) {
              best = size[more]; at = more
            }
            if (best == 0) break
            size[at] = 0
            for (i = 1; i <= slices; i++)
              if (of[i] == service && key(family[i], ports[i]) == at) fill(i, 100)
            for (i = 1; i <= slices && rest[at] != ""; i++)
              if (of[i] == service && count[i] == 0 && index(at, family[i] " ") == 1) {
                ports[i] = substr(at, length(family[i]) + 2); fill(i, 100)
              }
            for (i = 1; i <= slices; i++)
              if (of[i] == service && key(family[i], ports[i]) == at) fill(i, 1000)
          }
        }
        function write(i,   n, j, list, text) {
          text = "[{\"op\":\"replace\",\"path\":\"/metadata/resourceVersion\",\"value\":\"" version[i] "\"}"
          text = text ",{\"op\":\"add\",\"path\":\"/endpoints\",\"value\":["
          n = split(held[i], list, ",")
          for (j = 1; j < n; j++)
            text = text (j > 1 ? "," : "") "{\"addresses\":[\"" list[j] "\"],\"conditions\":{\"ready\":true}}"
          print name[i], text "]},{\"op\":\"add\",\"path\":\"/ports\",\"value\":" ports[i] "}]"
        }
        FILENAME == nobody { since[$1] = $2; next }
        $1 == "S" && $7 == way {
          slices++
          name[slices] = $2; version[slices] = $3; of[slices] = $4; family[slices] = $5
          ports[slices] = first[slices] = $6; before[slices] = $8; known[$4] = 1
        }
        $1 == "E" && $3 != "FQDN" && $4 != "[]" && $6 !~ /^false/ && $0 !~ /\/true$/ {
          service = $2
          if (sub(/-local$/, "", service)) {
            pods++
            owner[pods] = service; place[pods] = key($3, $4); address[pods] = $5
            ready[service, place[pods], $5] = 1; some[service] = 1
          }
        }
        $1 == "N" && $2 == "rTrue" && $3 != "" {
          n = split($3, parts, ",")
          for (j = 1; j < n; j++) {
            nodes++
            node[nodes] = parts[j]; of_family[nodes] = index(parts[j], ":") ? "IPv6" : "IPv4"
          }
        }
        END {
          for (i = 1; i <= slices; i++)
            for (j = 1; j <= nodes; j++) if (of_family[j] == family[i]) {
              pods++
              owner[pods] = of[i]; place[pods] = key(family[i], ports[i]); address[pods] = node[j]
              ready[of[i], place[pods], node[j]] = 1; some[of[i]] = 1
            }
          for (service in known) {
            if (!(service in some) && way == "nodePorts") continue
            if (!(service in some)) {
              if (!(service in since)) since[service] = now
              print service, since[service] > (nobody ".next")
              if (now - since[service] < bound) continue
            }
            lead(service)
            for (i = 1; i <= slices; i++) if (of[i] == service) {
              if (held[i] != before[i] || ports[i] != first[i]) changed[i] = 1
            }
          }
          for (i = 1; i <= slices; i++) if ((i in changed) && gains[i]) write(i)
          for (i = 1; i <= slices; i++) if ((i in changed) && !gains[i]) write(i)
        }'
        follow() {
          own get endpointslices -n "$1" -l "$BRIDGES" -o go-template="$slices" >"$STATE/own" || return 1
          if [ "$FOLLOWS" = nodes ]; then other get nodes -o go-template="$nodes"
          else other get endpointslices -n "$1" -o go-template="$pods"; fi >"$STATE/other" || return 1
          [ "$(tail -n 1 "$STATE/own")" = END ] && [ "$(tail -n 1 "$STATE/other")" = END ] || return 1
          touch "$STATE/nobody.$1"
          rm -f "$STATE/nobody.$1.next"
          awk -v now="$(date +%s)" -v bound="$NOBODY" -v nobody="$STATE/nobody.$1" -v way="$way" "$lead" \
            "$STATE/nobody.$1" "$STATE/own" "$STATE/other" >"$STATE/writes" || return 1
          touch "$STATE/nobody.$1.next"
          mv "$STATE/nobody.$1.next" "$STATE/nobody.$1"
          failed=0
          while read -r slice patch; do
            own patch endpointslice "$slice" -n "$1" --type=json -p "$patch" \
              --field-manager=diolkos-keeper || failed=1
          done <"$STATE/writes"
          return $failed
        }
        way=podAddresses
        [ "$FOLLOWS" = nodes ] && way=nodePorts
        while :; do
          well=1
          for namespace in $NAMESPACES; do follow "$namespace" || well=0; done
          date +%s >"$STATE/turned"
          [ "$well" = 1 ] && date +%s >"$STATE/followed"
          [ "${ONCE:-}" = 1 ] && exit $((1 - well))
          sleep "$INTERVAL" &
          wait $!
        done
        """#
}
