#compdef pgoctl

autoload -U is-at-least

_pgoctl() {
    typeset -A opt_args
    typeset -a _arguments_options
    local ret=1

    if is-at-least 5.2; then
        _arguments_options=(-s -S -C)
    else
        _arguments_options=(-s -C)
    fi

    local context curcontext="$curcontext" state line
    _arguments "${_arguments_options[@]}" : \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_pgoctl_commands" \
"*::: :->pgoctl" \
&& ret=0
    case $state in
    (pgoctl)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:pgoctl-command-$line[1]:"
        case $line[1] in
            (run)
_arguments "${_arguments_options[@]}" : \
'--graalvm-home=[The GraalVM to use \[default\: GRAALVM_HOME, JAVA_HOME, PATH\]]:DIR:_files' \
'--java-home=[The JDK of the HotSpot variants \[default\: the GraalVM'\''s own, JAVA_HOME, PATH\]]:DIR:_files' \
'*--variant=[Only these variants (repeat, or separate by commas)]:VARIANTS:((hotspot\:"An ordinary JVM with its default CDS archive"
hotspot-cds\:"A JVM with a static AppCDS archive of the classes that training loaded"
hotspot-aot\:"A JVM (24 or later) with an AOT cache from a training run"
native\:"A native image without a profile of ours"
native-instrumented\:"A native image that counts what it does and leaves an \`.iprof\`"
native-pgo\:"A native image optimized with the merged profile"
native-shared\:"\`native\` as a shared library, run by a host of ours"
native-pgo-shared\:"\`native-pgo\` as a shared library, run by a host of ours"))' \
'--optimizer=[Who uses the profile in the build of native-pgo \[default\: auto\]]:OPTIMIZER:((auto\:"native-image'\''s own where it has PGO, else pgoctl'\''s"
oracle\:"native-image'\''s own (Oracle GraalVM)"
pgoctl\:"pgoctl'\''s (GraalVM without PGO of its own)"
off\:"None\: there is no native-pgo"))' \
'*--output=[What native-image makes of the function\: both compares them \[default\: executable\]]:OUTPUTS:((executable\:"An executable"
shared\:"A shared library, run by a host of ours"))' \
'--engine=[Where the work is done \[default\: local\]]:ENGINE:((local\:"On this machine"
kubernetes\:"As a Job of a Kubernetes cluster"))' \
'--runs=[Training runs, one profile each]:N:_default' \
'--train-requests=[Requests in each training run]:N:_default' \
'--at-least=[Good profiles needed to go on \[default\: nine in ten runs\]]:N:_default' \
'--on=[What does the work of native-pgo'\''s training \[default\: image where the GraalVM has PGO, else hotspot\]]:TRAIN_ON:((image\:"The instrumented image"
hotspot\:"An ordinary JDK, without an instrumented image (experimental)"))' \
'--stop=[When training ends \[default\: count\]]:TRAIN_STOP:((count\:"After all runs"
stable\:"Once the merged profile no longer changes, after all runs at the latest"))' \
'--stable-runs=[With \`--stop stable\`\: how many runs in a row may change nothing \[default\: 3\]]:N:_default' \
'--command=[What does the work of training instead of requests\: '\''./mvnw verify'\''. It finds the image as {image} and PGOCTL_IMAGE]:COMMAND:_default' \
'--timeout=[How long an answer may take, from when its request was due\: 500ms, 10s, 2m \[default\: 10s\]]:TIME:_default' \
'--rounds=[Rounds of each variant, a fresh process each]:N:_default' \
'--requests=[Measured requests in each round]:N:_default' \
'--slices=[Slices of each round, measured in turns with those of the other variants while all run; 1\: one process at a time \[default\: up to 10\]]:N:_default' \
'--warmup=[Requests before those, in the same process]:N:_default' \
'--concurrency=[Connections]:N:_default' \
'--rate=[Requests per second (open loop); 0\: as fast as answers come]:N:_default' \
'--cold-starts=[Cold starts of each variant]:N:_default' \
'--dropped-cold-starts=[Cold starts of each variant with its files dropped from the page cache \[default\: as many as cold starts\]]:N:_default' \
'--pin=[Load generator and function on cores of their own \[default\: auto\]]:PIN:((auto\:"From four cores on"
apart\:"From two cores on"
off\:"Never"))' \
'--seed=[Seed of the order of the rounds]:N:_default' \
'--profile-from=[Build native-pgo with the stored profiles of another function (\`pgoctl suggest\` ranks them), or those at a path]:FUNCTION|PATH:_default' \
'--budget=[How long that may take, all rounds together]:TIME:_default' \
'--save-baseline=[Keep this run as a baseline of that name]:NAME:_default' \
'--baseline=[The saved baseline to hold it against \[default\: that of the file, else each variant'\''s own in the same run\]]:NAME:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'--products[Share images and training profiles through the store\: what is there is not made again]' \
'--cancel[End the Job that this very command started on a cluster]' \
'--dry-run[Print each external command, run none]' \
'--explain[Say why each stage is reused or redone]' \
'--force[Redo everything]' \
'--decide[Add rounds until every gated metric is decided, or the budget is spent]' \
'(--gate --decide --save-baseline)--no-bench[Stop before measuring]' \
'--gate[Fail if a gated metric got worse by more than its limit]' \
'--no-calibrate[Do not measure the noise of a machine that is not known yet]' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::native_image_args -- Options for native-image:_default' \
&& ret=0
;;
(build)
_arguments "${_arguments_options[@]}" : \
'--graalvm-home=[The GraalVM to use \[default\: GRAALVM_HOME, JAVA_HOME, PATH\]]:DIR:_files' \
'--java-home=[The JDK of the HotSpot variants \[default\: the GraalVM'\''s own, JAVA_HOME, PATH\]]:DIR:_files' \
'*--variant=[Only these variants (repeat, or separate by commas)]:VARIANTS:((hotspot\:"An ordinary JVM with its default CDS archive"
hotspot-cds\:"A JVM with a static AppCDS archive of the classes that training loaded"
hotspot-aot\:"A JVM (24 or later) with an AOT cache from a training run"
native\:"A native image without a profile of ours"
native-instrumented\:"A native image that counts what it does and leaves an \`.iprof\`"
native-pgo\:"A native image optimized with the merged profile"
native-shared\:"\`native\` as a shared library, run by a host of ours"
native-pgo-shared\:"\`native-pgo\` as a shared library, run by a host of ours"))' \
'--optimizer=[Who uses the profile in the build of native-pgo \[default\: auto\]]:OPTIMIZER:((auto\:"native-image'\''s own where it has PGO, else pgoctl'\''s"
oracle\:"native-image'\''s own (Oracle GraalVM)"
pgoctl\:"pgoctl'\''s (GraalVM without PGO of its own)"
off\:"None\: there is no native-pgo"))' \
'*--output=[What native-image makes of the function\: both compares them \[default\: executable\]]:OUTPUTS:((executable\:"An executable"
shared\:"A shared library, run by a host of ours"))' \
'--engine=[Where the work is done \[default\: local\]]:ENGINE:((local\:"On this machine"
kubernetes\:"As a Job of a Kubernetes cluster"))' \
'--runs=[Training runs, one profile each]:N:_default' \
'--train-requests=[Requests in each training run]:N:_default' \
'--at-least=[Good profiles needed to go on \[default\: nine in ten runs\]]:N:_default' \
'--on=[What does the work of native-pgo'\''s training \[default\: image where the GraalVM has PGO, else hotspot\]]:TRAIN_ON:((image\:"The instrumented image"
hotspot\:"An ordinary JDK, without an instrumented image (experimental)"))' \
'--stop=[When training ends \[default\: count\]]:TRAIN_STOP:((count\:"After all runs"
stable\:"Once the merged profile no longer changes, after all runs at the latest"))' \
'--stable-runs=[With \`--stop stable\`\: how many runs in a row may change nothing \[default\: 3\]]:N:_default' \
'--command=[What does the work of training instead of requests\: '\''./mvnw verify'\''. It finds the image as {image} and PGOCTL_IMAGE]:COMMAND:_default' \
'--timeout=[How long an answer may take, from when its request was due\: 500ms, 10s, 2m \[default\: 10s\]]:TIME:_default' \
'--profile-from=[Build native-pgo with the stored profiles of another function (\`pgoctl suggest\` ranks them), or those at a path]:FUNCTION|PATH:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'--products[Share images and training profiles through the store\: what is there is not made again]' \
'--cancel[End the Job that this very command started on a cluster]' \
'--dry-run[Print each external command, run none]' \
'--explain[Say why each stage is reused or redone]' \
'--force[Redo everything]' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::native_image_args -- Options for native-image:_default' \
&& ret=0
;;
(trace)
_arguments "${_arguments_options[@]}" : \
'--graalvm-home=[The GraalVM to use \[default\: GRAALVM_HOME, JAVA_HOME, PATH\]]:DIR:_files' \
'--java-home=[The JDK of the HotSpot variants \[default\: the GraalVM'\''s own, JAVA_HOME, PATH\]]:DIR:_files' \
'--runs=[Runs of each workload; those that are there already count]:N:_default' \
'--requests=[Requests in each run \[default\: as in training\]]:N:_default' \
'--timeout=[How long an answer may take, from when its request was due\: 500ms, 10s, 2m \[default\: 10s\]]:TIME:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'--fresh[Start over instead of merging with what was traced before]' \
'--dry-run[Print each external command, run none]' \
'--explain[Say why tracing is reused or redone]' \
'--force[Trace again, also what has not changed]' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(train)
_arguments "${_arguments_options[@]}" : \
'--graalvm-home=[The GraalVM to use \[default\: GRAALVM_HOME, JAVA_HOME, PATH\]]:DIR:_files' \
'--java-home=[The JDK of the HotSpot variants \[default\: the GraalVM'\''s own, JAVA_HOME, PATH\]]:DIR:_files' \
'*--variant=[Only these variants (repeat, or separate by commas)]:VARIANTS:((hotspot\:"An ordinary JVM with its default CDS archive"
hotspot-cds\:"A JVM with a static AppCDS archive of the classes that training loaded"
hotspot-aot\:"A JVM (24 or later) with an AOT cache from a training run"
native\:"A native image without a profile of ours"
native-instrumented\:"A native image that counts what it does and leaves an \`.iprof\`"
native-pgo\:"A native image optimized with the merged profile"
native-shared\:"\`native\` as a shared library, run by a host of ours"
native-pgo-shared\:"\`native-pgo\` as a shared library, run by a host of ours"))' \
'--optimizer=[Who uses the profile in the build of native-pgo \[default\: auto\]]:OPTIMIZER:((auto\:"native-image'\''s own where it has PGO, else pgoctl'\''s"
oracle\:"native-image'\''s own (Oracle GraalVM)"
pgoctl\:"pgoctl'\''s (GraalVM without PGO of its own)"
off\:"None\: there is no native-pgo"))' \
'*--output=[What native-image makes of the function\: both compares them \[default\: executable\]]:OUTPUTS:((executable\:"An executable"
shared\:"A shared library, run by a host of ours"))' \
'--engine=[Where the work is done \[default\: local\]]:ENGINE:((local\:"On this machine"
kubernetes\:"As a Job of a Kubernetes cluster"))' \
'--runs=[Training runs, one profile each]:N:_default' \
'--train-requests=[Requests in each training run]:N:_default' \
'--at-least=[Good profiles needed to go on \[default\: nine in ten runs\]]:N:_default' \
'--on=[What does the work of native-pgo'\''s training \[default\: image where the GraalVM has PGO, else hotspot\]]:TRAIN_ON:((image\:"The instrumented image"
hotspot\:"An ordinary JDK, without an instrumented image (experimental)"))' \
'--stop=[When training ends \[default\: count\]]:TRAIN_STOP:((count\:"After all runs"
stable\:"Once the merged profile no longer changes, after all runs at the latest"))' \
'--stable-runs=[With \`--stop stable\`\: how many runs in a row may change nothing \[default\: 3\]]:N:_default' \
'--command=[What does the work of training instead of requests\: '\''./mvnw verify'\''. It finds the image as {image} and PGOCTL_IMAGE]:COMMAND:_default' \
'--timeout=[How long an answer may take, from when its request was due\: 500ms, 10s, 2m \[default\: 10s\]]:TIME:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'--products[Share images and training profiles through the store\: what is there is not made again]' \
'--cancel[End the Job that this very command started on a cluster]' \
'--dry-run[Print each external command, run none]' \
'--explain[Say why each stage is reused or redone]' \
'--force[Redo everything]' \
'--bisect[Find the profiles over which the rebuild fails, by building with halves of them, and set them aside]' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::native_image_args -- Options for native-image:_default' \
&& ret=0
;;
(merge)
_arguments "${_arguments_options[@]}" : \
'--graalvm-home=[The GraalVM to use \[default\: GRAALVM_HOME, JAVA_HOME, PATH\]]:DIR:_files' \
'--java-home=[The JDK of the HotSpot variants \[default\: the GraalVM'\''s own, JAVA_HOME, PATH\]]:DIR:_files' \
'*--variant=[Only these variants (repeat, or separate by commas)]:VARIANTS:((hotspot\:"An ordinary JVM with its default CDS archive"
hotspot-cds\:"A JVM with a static AppCDS archive of the classes that training loaded"
hotspot-aot\:"A JVM (24 or later) with an AOT cache from a training run"
native\:"A native image without a profile of ours"
native-instrumented\:"A native image that counts what it does and leaves an \`.iprof\`"
native-pgo\:"A native image optimized with the merged profile"
native-shared\:"\`native\` as a shared library, run by a host of ours"
native-pgo-shared\:"\`native-pgo\` as a shared library, run by a host of ours"))' \
'--optimizer=[Who uses the profile in the build of native-pgo \[default\: auto\]]:OPTIMIZER:((auto\:"native-image'\''s own where it has PGO, else pgoctl'\''s"
oracle\:"native-image'\''s own (Oracle GraalVM)"
pgoctl\:"pgoctl'\''s (GraalVM without PGO of its own)"
off\:"None\: there is no native-pgo"))' \
'*--output=[What native-image makes of the function\: both compares them \[default\: executable\]]:OUTPUTS:((executable\:"An executable"
shared\:"A shared library, run by a host of ours"))' \
'--engine=[Where the work is done \[default\: local\]]:ENGINE:((local\:"On this machine"
kubernetes\:"As a Job of a Kubernetes cluster"))' \
'--runs=[Training runs, one profile each]:N:_default' \
'--train-requests=[Requests in each training run]:N:_default' \
'--at-least=[Good profiles needed to go on \[default\: nine in ten runs\]]:N:_default' \
'--on=[What does the work of native-pgo'\''s training \[default\: image where the GraalVM has PGO, else hotspot\]]:TRAIN_ON:((image\:"The instrumented image"
hotspot\:"An ordinary JDK, without an instrumented image (experimental)"))' \
'--stop=[When training ends \[default\: count\]]:TRAIN_STOP:((count\:"After all runs"
stable\:"Once the merged profile no longer changes, after all runs at the latest"))' \
'--stable-runs=[With \`--stop stable\`\: how many runs in a row may change nothing \[default\: 3\]]:N:_default' \
'--command=[What does the work of training instead of requests\: '\''./mvnw verify'\''. It finds the image as {image} and PGOCTL_IMAGE]:COMMAND:_default' \
'--timeout=[How long an answer may take, from when its request was due\: 500ms, 10s, 2m \[default\: 10s\]]:TIME:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'--products[Share images and training profiles through the store\: what is there is not made again]' \
'--cancel[End the Job that this very command started on a cluster]' \
'--dry-run[Print each external command, run none]' \
'--explain[Say why each stage is reused or redone]' \
'--force[Redo everything]' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::native_image_args -- Options for native-image:_default' \
&& ret=0
;;
(bench)
_arguments "${_arguments_options[@]}" : \
'--shell=[Let a shell read the commands \[without a value\: sh\]; its own start is measured and taken off the times]::SHELL:_default' \
'--input=[A file that each invocation of the commands reads on stdin]:FILE:_files' \
'*--url=[A server that runs already, http or https, to measure as it is (repeat to compare)]:URL:_default' \
'(--url)*--revision=[A git revision, to check out, build and measure (repeat to compare)]:REV:_default' \
'--make=[What builds the JAR in a revision'\''s checkout]:COMMAND:_default' \
'(--revision)*--request=[What to ask\: '\''GET /path'\'' or '\''POST /path BODY'\'' (repeat for several) \[default\: the workload of pgoctl.toml\]]:REQUEST:_default' \
'(--revision)*--header=[A header of every request\: '\''Name\: value'\'' (repeat for several)]:HEADER:_default' \
'--unix-socket=[Speak to the servers of all URLs through this Unix socket]:PATH:_files' \
'(--revision)--protocol=[How to speak to programs and servers that are named \[default\: http/1.1\]]:PROTOCOL:((http/1.1\:"HTTP/1.1"
http/2\:"HTTP/2, agreed on over TLS (ALPN); in clear text without asking first (RFC 9113, section 3.3\: prior knowledge)"))' \
'(--revision)--connections=[Whether to keep connections to them \[default\: keep-alive\]]:CONNECTIONS:((keep-alive\:"One request after the other on each"
fresh\:"A new one for each request; connecting is part of the latency"))' \
'--cacert=[Certificates of an https server, or of who signed it, to trust besides the system'\''s (PEM)]:FILE:_files' \
'--graalvm-home=[The GraalVM to use \[default\: GRAALVM_HOME, JAVA_HOME, PATH\]]:DIR:_files' \
'--java-home=[The JDK of the HotSpot variants \[default\: the GraalVM'\''s own, JAVA_HOME, PATH\]]:DIR:_files' \
'*--variant=[Only these variants (repeat, or separate by commas)]:VARIANTS:((hotspot\:"An ordinary JVM with its default CDS archive"
hotspot-cds\:"A JVM with a static AppCDS archive of the classes that training loaded"
hotspot-aot\:"A JVM (24 or later) with an AOT cache from a training run"
native\:"A native image without a profile of ours"
native-instrumented\:"A native image that counts what it does and leaves an \`.iprof\`"
native-pgo\:"A native image optimized with the merged profile"
native-shared\:"\`native\` as a shared library, run by a host of ours"
native-pgo-shared\:"\`native-pgo\` as a shared library, run by a host of ours"))' \
'--optimizer=[Who uses the profile in the build of native-pgo \[default\: auto\]]:OPTIMIZER:((auto\:"native-image'\''s own where it has PGO, else pgoctl'\''s"
oracle\:"native-image'\''s own (Oracle GraalVM)"
pgoctl\:"pgoctl'\''s (GraalVM without PGO of its own)"
off\:"None\: there is no native-pgo"))' \
'*--output=[What native-image makes of the function\: both compares them \[default\: executable\]]:OUTPUTS:((executable\:"An executable"
shared\:"A shared library, run by a host of ours"))' \
'--engine=[Where the work is done \[default\: local\]]:ENGINE:((local\:"On this machine"
kubernetes\:"As a Job of a Kubernetes cluster"))' \
'--runs=[Training runs, one profile each]:N:_default' \
'--train-requests=[Requests in each training run]:N:_default' \
'--at-least=[Good profiles needed to go on \[default\: nine in ten runs\]]:N:_default' \
'--on=[What does the work of native-pgo'\''s training \[default\: image where the GraalVM has PGO, else hotspot\]]:TRAIN_ON:((image\:"The instrumented image"
hotspot\:"An ordinary JDK, without an instrumented image (experimental)"))' \
'--stop=[When training ends \[default\: count\]]:TRAIN_STOP:((count\:"After all runs"
stable\:"Once the merged profile no longer changes, after all runs at the latest"))' \
'--stable-runs=[With \`--stop stable\`\: how many runs in a row may change nothing \[default\: 3\]]:N:_default' \
'--command=[What does the work of training instead of requests\: '\''./mvnw verify'\''. It finds the image as {image} and PGOCTL_IMAGE]:COMMAND:_default' \
'--timeout=[How long an answer may take, from when its request was due\: 500ms, 10s, 2m \[default\: 10s\]]:TIME:_default' \
'--rounds=[Rounds of each variant, a fresh process each]:N:_default' \
'--requests=[Measured requests in each round]:N:_default' \
'--slices=[Slices of each round, measured in turns with those of the other variants while all run; 1\: one process at a time \[default\: up to 10\]]:N:_default' \
'--warmup=[Requests before those, in the same process]:N:_default' \
'--concurrency=[Connections]:N:_default' \
'--rate=[Requests per second (open loop); 0\: as fast as answers come]:N:_default' \
'--cold-starts=[Cold starts of each variant]:N:_default' \
'--dropped-cold-starts=[Cold starts of each variant with its files dropped from the page cache \[default\: as many as cold starts\]]:N:_default' \
'--pin=[Load generator and function on cores of their own \[default\: auto\]]:PIN:((auto\:"From four cores on"
apart\:"From two cores on"
off\:"Never"))' \
'--seed=[Seed of the order of the rounds]:N:_default' \
'--profile-from=[Build native-pgo with the stored profiles of another function (\`pgoctl suggest\` ranks them), or those at a path]:FUNCTION|PATH:_default' \
'--budget=[How long that may take, all rounds together]:TIME:_default' \
'--save-baseline=[Keep this run as a baseline of that name]:NAME:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'(--cacert)--insecure[Accept any certificate of an https server; the report warns of it]' \
'--products[Share images and training profiles through the store\: what is there is not made again]' \
'--cancel[End the Job that this very command started on a cluster]' \
'--dry-run[Print each external command, run none]' \
'--explain[Say why each stage is reused or redone]' \
'--force[Redo everything]' \
'--decide[Add rounds until every gated metric is decided, or the budget is spent]' \
'(--decide --save-baseline)--calibrate[Measure each variant against itself\: how small a change can this machine tell apart?]' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::commands -- Programs or JARs to measure instead of the project'\''s images, each with its arguments in one word\: '\''./old --port {port}'\''. Without a port they are run once for each sample:_default' \
&& ret=0
;;
(gate)
_arguments "${_arguments_options[@]}" : \
'--graalvm-home=[The GraalVM to use \[default\: GRAALVM_HOME, JAVA_HOME, PATH\]]:DIR:_files' \
'--java-home=[The JDK of the HotSpot variants \[default\: the GraalVM'\''s own, JAVA_HOME, PATH\]]:DIR:_files' \
'*--variant=[Only these variants (repeat, or separate by commas)]:VARIANTS:((hotspot\:"An ordinary JVM with its default CDS archive"
hotspot-cds\:"A JVM with a static AppCDS archive of the classes that training loaded"
hotspot-aot\:"A JVM (24 or later) with an AOT cache from a training run"
native\:"A native image without a profile of ours"
native-instrumented\:"A native image that counts what it does and leaves an \`.iprof\`"
native-pgo\:"A native image optimized with the merged profile"
native-shared\:"\`native\` as a shared library, run by a host of ours"
native-pgo-shared\:"\`native-pgo\` as a shared library, run by a host of ours"))' \
'--optimizer=[Who uses the profile in the build of native-pgo \[default\: auto\]]:OPTIMIZER:((auto\:"native-image'\''s own where it has PGO, else pgoctl'\''s"
oracle\:"native-image'\''s own (Oracle GraalVM)"
pgoctl\:"pgoctl'\''s (GraalVM without PGO of its own)"
off\:"None\: there is no native-pgo"))' \
'*--output=[What native-image makes of the function\: both compares them \[default\: executable\]]:OUTPUTS:((executable\:"An executable"
shared\:"A shared library, run by a host of ours"))' \
'--engine=[Where the work is done \[default\: local\]]:ENGINE:((local\:"On this machine"
kubernetes\:"As a Job of a Kubernetes cluster"))' \
'--runs=[Training runs, one profile each]:N:_default' \
'--train-requests=[Requests in each training run]:N:_default' \
'--at-least=[Good profiles needed to go on \[default\: nine in ten runs\]]:N:_default' \
'--on=[What does the work of native-pgo'\''s training \[default\: image where the GraalVM has PGO, else hotspot\]]:TRAIN_ON:((image\:"The instrumented image"
hotspot\:"An ordinary JDK, without an instrumented image (experimental)"))' \
'--stop=[When training ends \[default\: count\]]:TRAIN_STOP:((count\:"After all runs"
stable\:"Once the merged profile no longer changes, after all runs at the latest"))' \
'--stable-runs=[With \`--stop stable\`\: how many runs in a row may change nothing \[default\: 3\]]:N:_default' \
'--command=[What does the work of training instead of requests\: '\''./mvnw verify'\''. It finds the image as {image} and PGOCTL_IMAGE]:COMMAND:_default' \
'--timeout=[How long an answer may take, from when its request was due\: 500ms, 10s, 2m \[default\: 10s\]]:TIME:_default' \
'--rounds=[Rounds of each variant, a fresh process each]:N:_default' \
'--requests=[Measured requests in each round]:N:_default' \
'--slices=[Slices of each round, measured in turns with those of the other variants while all run; 1\: one process at a time \[default\: up to 10\]]:N:_default' \
'--warmup=[Requests before those, in the same process]:N:_default' \
'--concurrency=[Connections]:N:_default' \
'--rate=[Requests per second (open loop); 0\: as fast as answers come]:N:_default' \
'--cold-starts=[Cold starts of each variant]:N:_default' \
'--dropped-cold-starts=[Cold starts of each variant with its files dropped from the page cache \[default\: as many as cold starts\]]:N:_default' \
'--pin=[Load generator and function on cores of their own \[default\: auto\]]:PIN:((auto\:"From four cores on"
apart\:"From two cores on"
off\:"Never"))' \
'--seed=[Seed of the order of the rounds]:N:_default' \
'--profile-from=[Build native-pgo with the stored profiles of another function (\`pgoctl suggest\` ranks them), or those at a path]:FUNCTION|PATH:_default' \
'--budget=[How long that may take, all rounds together]:TIME:_default' \
'--save-baseline=[Keep this run as a baseline of that name]:NAME:_default' \
'--baseline=[The saved baseline to hold it against \[default\: that of the file, else each variant'\''s own in the same run\]]:NAME:_default' \
'(--baseline)--self-test=[Slow the baseline'\''s own image down by so much and prove that the gate fails \[default\: twice its limit\]]::PERCENT:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'--products[Share images and training profiles through the store\: what is there is not made again]' \
'--cancel[End the Job that this very command started on a cluster]' \
'--dry-run[Print each external command, run none]' \
'--explain[Say why each stage is reused or redone]' \
'--force[Redo everything]' \
'--decide[Add rounds until every gated metric is decided, or the budget is spent]' \
'--no-calibrate[Do not measure the noise of a machine that is not known yet]' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::native_image_args -- Options for native-image:_default' \
&& ret=0
;;
(compare)
_arguments "${_arguments_options[@]}" : \
'--baseline=[The variant that the others are compared with, or the name of a saved baseline \[default\: each variant'\''s own\]]:VARIANT|NAME:_default' \
'*--candidate=[Only these against the baseline]:CANDIDATE:((hotspot\:"An ordinary JVM with its default CDS archive"
hotspot-cds\:"A JVM with a static AppCDS archive of the classes that training loaded"
hotspot-aot\:"A JVM (24 or later) with an AOT cache from a training run"
native\:"A native image without a profile of ours"
native-instrumented\:"A native image that counts what it does and leaves an \`.iprof\`"
native-pgo\:"A native image optimized with the merged profile"
native-shared\:"\`native\` as a shared library, run by a host of ours"
native-pgo-shared\:"\`native-pgo\` as a shared library, run by a host of ours"))' \
'--threshold=[A smaller change does not matter]:PERCENT:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::run -- The run'\''s folder, or its name under .pgoctl/runs \[default\: the newest that measured something\]:_files' \
&& ret=0
;;
(sweep)
_arguments "${_arguments_options[@]}" : \
'*--profiles=[How many profiles the images are made with\: 1,10,100,1000]:N,N…:_default' \
'*--requests=[How many requests each training run has\: 10,100,1000]:N,N…:_default' \
'--graalvm-home=[The GraalVM to use \[default\: GRAALVM_HOME, JAVA_HOME, PATH\]]:DIR:_files' \
'--java-home=[The JDK of the HotSpot variants \[default\: the GraalVM'\''s own, JAVA_HOME, PATH\]]:DIR:_files' \
'*--variant=[Only these variants (repeat, or separate by commas)]:VARIANTS:((hotspot\:"An ordinary JVM with its default CDS archive"
hotspot-cds\:"A JVM with a static AppCDS archive of the classes that training loaded"
hotspot-aot\:"A JVM (24 or later) with an AOT cache from a training run"
native\:"A native image without a profile of ours"
native-instrumented\:"A native image that counts what it does and leaves an \`.iprof\`"
native-pgo\:"A native image optimized with the merged profile"
native-shared\:"\`native\` as a shared library, run by a host of ours"
native-pgo-shared\:"\`native-pgo\` as a shared library, run by a host of ours"))' \
'--optimizer=[Who uses the profile in the build of native-pgo \[default\: auto\]]:OPTIMIZER:((auto\:"native-image'\''s own where it has PGO, else pgoctl'\''s"
oracle\:"native-image'\''s own (Oracle GraalVM)"
pgoctl\:"pgoctl'\''s (GraalVM without PGO of its own)"
off\:"None\: there is no native-pgo"))' \
'*--output=[What native-image makes of the function\: both compares them \[default\: executable\]]:OUTPUTS:((executable\:"An executable"
shared\:"A shared library, run by a host of ours"))' \
'--engine=[Where the work is done \[default\: local\]]:ENGINE:((local\:"On this machine"
kubernetes\:"As a Job of a Kubernetes cluster"))' \
'--runs=[Training runs, one profile each]:N:_default' \
'--train-requests=[Requests in each training run]:N:_default' \
'--at-least=[Good profiles needed to go on \[default\: nine in ten runs\]]:N:_default' \
'--on=[What does the work of native-pgo'\''s training \[default\: image where the GraalVM has PGO, else hotspot\]]:TRAIN_ON:((image\:"The instrumented image"
hotspot\:"An ordinary JDK, without an instrumented image (experimental)"))' \
'--stop=[When training ends \[default\: count\]]:TRAIN_STOP:((count\:"After all runs"
stable\:"Once the merged profile no longer changes, after all runs at the latest"))' \
'--stable-runs=[With \`--stop stable\`\: how many runs in a row may change nothing \[default\: 3\]]:N:_default' \
'--command=[What does the work of training instead of requests\: '\''./mvnw verify'\''. It finds the image as {image} and PGOCTL_IMAGE]:COMMAND:_default' \
'--timeout=[How long an answer may take, from when its request was due\: 500ms, 10s, 2m \[default\: 10s\]]:TIME:_default' \
'--rounds=[Rounds of each variant, a fresh process each]:N:_default' \
'--slices=[Slices of each round, measured in turns with those of the other variants while all run; 1\: one process at a time \[default\: up to 10\]]:N:_default' \
'--warmup=[Requests before those, in the same process]:N:_default' \
'--concurrency=[Connections]:N:_default' \
'--rate=[Requests per second (open loop); 0\: as fast as answers come]:N:_default' \
'--cold-starts=[Cold starts of each variant]:N:_default' \
'--dropped-cold-starts=[Cold starts of each variant with its files dropped from the page cache \[default\: as many as cold starts\]]:N:_default' \
'--pin=[Load generator and function on cores of their own \[default\: auto\]]:PIN:((auto\:"From four cores on"
apart\:"From two cores on"
off\:"Never"))' \
'--seed=[Seed of the order of the rounds]:N:_default' \
'--bench-requests=[Measured requests in each round]:N:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'--products[Share images and training profiles through the store\: what is there is not made again]' \
'--cancel[End the Job that this very command started on a cluster]' \
'--dry-run[Print each external command, run none]' \
'--explain[Say why each stage is reused or redone]' \
'--force[Redo everything]' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::native_image_args -- Options for native-image:_default' \
&& ret=0
;;
(cross)
_arguments "${_arguments_options[@]}" : \
'--graalvm-home=[The GraalVM to use \[default\: GRAALVM_HOME, JAVA_HOME, PATH\]]:DIR:_files' \
'--java-home=[The JDK of the HotSpot variants \[default\: the GraalVM'\''s own, JAVA_HOME, PATH\]]:DIR:_files' \
'*--variant=[Only these variants (repeat, or separate by commas)]:VARIANTS:((hotspot\:"An ordinary JVM with its default CDS archive"
hotspot-cds\:"A JVM with a static AppCDS archive of the classes that training loaded"
hotspot-aot\:"A JVM (24 or later) with an AOT cache from a training run"
native\:"A native image without a profile of ours"
native-instrumented\:"A native image that counts what it does and leaves an \`.iprof\`"
native-pgo\:"A native image optimized with the merged profile"
native-shared\:"\`native\` as a shared library, run by a host of ours"
native-pgo-shared\:"\`native-pgo\` as a shared library, run by a host of ours"))' \
'--optimizer=[Who uses the profile in the build of native-pgo \[default\: auto\]]:OPTIMIZER:((auto\:"native-image'\''s own where it has PGO, else pgoctl'\''s"
oracle\:"native-image'\''s own (Oracle GraalVM)"
pgoctl\:"pgoctl'\''s (GraalVM without PGO of its own)"
off\:"None\: there is no native-pgo"))' \
'*--output=[What native-image makes of the function\: both compares them \[default\: executable\]]:OUTPUTS:((executable\:"An executable"
shared\:"A shared library, run by a host of ours"))' \
'--engine=[Where the work is done \[default\: local\]]:ENGINE:((local\:"On this machine"
kubernetes\:"As a Job of a Kubernetes cluster"))' \
'--runs=[Training runs, one profile each]:N:_default' \
'--train-requests=[Requests in each training run]:N:_default' \
'--at-least=[Good profiles needed to go on \[default\: nine in ten runs\]]:N:_default' \
'--on=[What does the work of native-pgo'\''s training \[default\: image where the GraalVM has PGO, else hotspot\]]:TRAIN_ON:((image\:"The instrumented image"
hotspot\:"An ordinary JDK, without an instrumented image (experimental)"))' \
'--stop=[When training ends \[default\: count\]]:TRAIN_STOP:((count\:"After all runs"
stable\:"Once the merged profile no longer changes, after all runs at the latest"))' \
'--stable-runs=[With \`--stop stable\`\: how many runs in a row may change nothing \[default\: 3\]]:N:_default' \
'--command=[What does the work of training instead of requests\: '\''./mvnw verify'\''. It finds the image as {image} and PGOCTL_IMAGE]:COMMAND:_default' \
'--timeout=[How long an answer may take, from when its request was due\: 500ms, 10s, 2m \[default\: 10s\]]:TIME:_default' \
'--rounds=[Rounds of each variant, a fresh process each]:N:_default' \
'--requests=[Measured requests in each round]:N:_default' \
'--slices=[Slices of each round, measured in turns with those of the other variants while all run; 1\: one process at a time \[default\: up to 10\]]:N:_default' \
'--warmup=[Requests before those, in the same process]:N:_default' \
'--concurrency=[Connections]:N:_default' \
'--rate=[Requests per second (open loop); 0\: as fast as answers come]:N:_default' \
'--cold-starts=[Cold starts of each variant]:N:_default' \
'--dropped-cold-starts=[Cold starts of each variant with its files dropped from the page cache \[default\: as many as cold starts\]]:N:_default' \
'--pin=[Load generator and function on cores of their own \[default\: auto\]]:PIN:((auto\:"From four cores on"
apart\:"From two cores on"
off\:"Never"))' \
'--seed=[Seed of the order of the rounds]:N:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'--products[Share images and training profiles through the store\: what is there is not made again]' \
'--cancel[End the Job that this very command started on a cluster]' \
'--dry-run[Print each external command, run none]' \
'--explain[Say why each stage is reused or redone]' \
'--force[Redo everything]' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::functions -- The functions, two or more \[default\: all of the file\]:_default' \
&& ret=0
;;
(evaluate)
_arguments "${_arguments_options[@]}" : \
'*--profiles=[How many profiles the images are made with; one is always among them]:N,N…:_default' \
'--graalvm-home=[The GraalVM to use \[default\: GRAALVM_HOME, JAVA_HOME, PATH\]]:DIR:_files' \
'--java-home=[The JDK of the HotSpot variants \[default\: the GraalVM'\''s own, JAVA_HOME, PATH\]]:DIR:_files' \
'*--variant=[Only these variants (repeat, or separate by commas)]:VARIANTS:((hotspot\:"An ordinary JVM with its default CDS archive"
hotspot-cds\:"A JVM with a static AppCDS archive of the classes that training loaded"
hotspot-aot\:"A JVM (24 or later) with an AOT cache from a training run"
native\:"A native image without a profile of ours"
native-instrumented\:"A native image that counts what it does and leaves an \`.iprof\`"
native-pgo\:"A native image optimized with the merged profile"
native-shared\:"\`native\` as a shared library, run by a host of ours"
native-pgo-shared\:"\`native-pgo\` as a shared library, run by a host of ours"))' \
'--optimizer=[Who uses the profile in the build of native-pgo \[default\: auto\]]:OPTIMIZER:((auto\:"native-image'\''s own where it has PGO, else pgoctl'\''s"
oracle\:"native-image'\''s own (Oracle GraalVM)"
pgoctl\:"pgoctl'\''s (GraalVM without PGO of its own)"
off\:"None\: there is no native-pgo"))' \
'*--output=[What native-image makes of the function\: both compares them \[default\: executable\]]:OUTPUTS:((executable\:"An executable"
shared\:"A shared library, run by a host of ours"))' \
'--engine=[Where the work is done \[default\: local\]]:ENGINE:((local\:"On this machine"
kubernetes\:"As a Job of a Kubernetes cluster"))' \
'--runs=[Training runs, one profile each]:N:_default' \
'--train-requests=[Requests in each training run]:N:_default' \
'--at-least=[Good profiles needed to go on \[default\: nine in ten runs\]]:N:_default' \
'--on=[What does the work of native-pgo'\''s training \[default\: image where the GraalVM has PGO, else hotspot\]]:TRAIN_ON:((image\:"The instrumented image"
hotspot\:"An ordinary JDK, without an instrumented image (experimental)"))' \
'--stop=[When training ends \[default\: count\]]:TRAIN_STOP:((count\:"After all runs"
stable\:"Once the merged profile no longer changes, after all runs at the latest"))' \
'--stable-runs=[With \`--stop stable\`\: how many runs in a row may change nothing \[default\: 3\]]:N:_default' \
'--command=[What does the work of training instead of requests\: '\''./mvnw verify'\''. It finds the image as {image} and PGOCTL_IMAGE]:COMMAND:_default' \
'--timeout=[How long an answer may take, from when its request was due\: 500ms, 10s, 2m \[default\: 10s\]]:TIME:_default' \
'--rounds=[Rounds of each variant, a fresh process each]:N:_default' \
'--requests=[Measured requests in each round]:N:_default' \
'--slices=[Slices of each round, measured in turns with those of the other variants while all run; 1\: one process at a time \[default\: up to 10\]]:N:_default' \
'--warmup=[Requests before those, in the same process]:N:_default' \
'--concurrency=[Connections]:N:_default' \
'--rate=[Requests per second (open loop); 0\: as fast as answers come]:N:_default' \
'--cold-starts=[Cold starts of each variant]:N:_default' \
'--dropped-cold-starts=[Cold starts of each variant with its files dropped from the page cache \[default\: as many as cold starts\]]:N:_default' \
'--pin=[Load generator and function on cores of their own \[default\: auto\]]:PIN:((auto\:"From four cores on"
apart\:"From two cores on"
off\:"Never"))' \
'--seed=[Seed of the order of the rounds]:N:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'--products[Share images and training profiles through the store\: what is there is not made again]' \
'--cancel[End the Job that this very command started on a cluster]' \
'--dry-run[Print each external command, run none]' \
'--explain[Say why each stage is reused or redone]' \
'--force[Redo everything]' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::functions -- The functions \[default\: all of the file\]:_default' \
&& ret=0
;;
(suggest)
_arguments "${_arguments_options[@]}" : \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(serve)
_arguments "${_arguments_options[@]}" : \
'--listen=[Where to listen; elsewhere than on this machine only with a token]:ADDRESS:PORT:_default' \
'--token=[What callers of the REST side must send as a bearer token]:TOKEN:_default' \
'--home=[The folder of this controller\: images, logs, what waits for the store]:DIR:_files' \
'--store=[Where JARs, states and profiles are kept\: a folder, or s3\://BUCKET/PREFIX; others may share it \[default\: DIR/store\]]:PLACE:_default' \
'--drain=[How long to serve on when asked to end, /readyz saying no\: until nobody sends calls any more \[default\: 0s; in a pod 10s\]]:SPAN:_default' \
'--engine=[Where native images are built \[default\: local\]]:ENGINE:((local\:"On this machine"
kubernetes\:"As a Job of a Kubernetes cluster"))' \
'--graalvm-home=[The GraalVM to use \[default\: GRAALVM_HOME, JAVA_HOME, PATH\]]:DIR:_files' \
'--java-home=[The JDK of the HotSpot variants \[default\: the GraalVM'\''s own, JAVA_HOME, PATH\]]:DIR:_files' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(install)
_arguments "${_arguments_options[@]}" : \
'--name=[Its name at the controller \[default\: the function'\''s, or the JAR'\''s\]]:NAME:_default' \
'--server=[The controller]:URL:_default' \
'--token=[The token that it was started with]:TOKEN:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::jar -- A JAR whose server takes `--port` and answers `GET /`; otherwise the function of pgoctl.toml:_files' \
&& ret=0
;;
(invoke)
_arguments "${_arguments_options[@]}" : \
'-d+[The body\: text, \`@FILE\`, or \`-\` for stdin]:BODY:_default' \
'--data=[The body\: text, \`@FILE\`, or \`-\` for stdin]:BODY:_default' \
'-X+[The method \[default\: POST with a body, GET without\]]:METHOD:_default' \
'--method=[The method \[default\: POST with a body, GET without\]]:METHOD:_default' \
'*-H+[A header, \`NAME\: VALUE\`; repeat for more]:HEADER:_default' \
'*--header=[A header, \`NAME\: VALUE\`; repeat for more]:HEADER:_default' \
'--server=[The controller]:URL:_default' \
'--token=[The token that it was started with]:TOKEN:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'--explain[Say which image answered]' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':name -- The function:_default' \
'::path -- The path below the function'\''s own:_default' \
&& ret=0
;;
(status)
_arguments "${_arguments_options[@]}" : \
'--server=[The controller]:URL:_default' \
'--token=[The token that it was started with]:TOKEN:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'--explain[What was decided, and from what]' \
'--watch[Again every second, until Ctrl-C]' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::name -- One function \[default\: all\]:_default' \
&& ret=0
;;
(collect)
_arguments "${_arguments_options[@]}" : \
'--server=[The controller]:URL:_default' \
'--token=[The token that it was started with]:TOKEN:_default' \
'--store=[Where profiles go\: a folder, or s3\://BUCKET\[/PREFIX\]]:PLACE:_default' \
'--image=[The image, where the program is a script that starts it \[default\: the program\]]:FILE:_files' \
'--build=[What the image is called in the store \[default\: its identity in build.json beside it, else the file'\''s digest\]]:ID:_default' \
'--worker=[Who this is among those that run the image \[default\: the name of this host\]]:NAME:_default' \
'--keep=[A folder where profiles wait for the store; what waits there is sent too \[default\: a temporary one\]]:DIR:_files' \
'--patience=[How long the store may be away after the program'\''s end]:TIME:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::name -- The function at a controller:_default' \
'*::program -- The program to start instead, an instrumented image, and its arguments\: waits for its end, sends the profile that it left to the store, and ends as it did. `{profile}` stands for the profile'\''s file; without it the first argument names that:_default' \
&& ret=0
;;
(promote)
_arguments "${_arguments_options[@]}" : \
'--server=[The controller]:URL:_default' \
'--token=[The token that it was started with]:TOKEN:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':name -- The function:_default' \
&& ret=0
;;
(rollback)
_arguments "${_arguments_options[@]}" : \
'--server=[The controller]:URL:_default' \
'--token=[The token that it was started with]:TOKEN:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':name -- The function:_default' \
&& ret=0
;;
(pause)
_arguments "${_arguments_options[@]}" : \
'--server=[The controller]:URL:_default' \
'--token=[The token that it was started with]:TOKEN:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':name -- The function:_default' \
&& ret=0
;;
(resume)
_arguments "${_arguments_options[@]}" : \
'--server=[The controller]:URL:_default' \
'--token=[The token that it was started with]:TOKEN:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':name -- The function:_default' \
&& ret=0
;;
(uninstall)
_arguments "${_arguments_options[@]}" : \
'--server=[The controller]:URL:_default' \
'--token=[The token that it was started with]:TOKEN:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':name -- The function:_default' \
&& ret=0
;;
(job)
_arguments "${_arguments_options[@]}" : \
'--store=[The store\: a folder, or s3\://BUCKET\[/PREFIX\] \[default\: .pgoctl/serve/store\]]:PLACE:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'--pull-only[Refuse whatever would write to the store, before it is tried]' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':key -- The key of the order in the store:_default' \
&& ret=0
;;
(report)
_arguments "${_arguments_options[@]}" : \
'()--trial=[A trial at a controller instead\: a function'\''s last one, or that of a generation]:NAME[/GENERATION]:_default' \
'-o+[Write to a file instead of stdout]:FILE:_files' \
'--output=[Write to a file instead of stdout]:FILE:_files' \
'--server=[The controller]:URL:_default' \
'--token=[The token that it was started with]:TOKEN:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::run -- The run'\''s folder, or its name under .pgoctl/runs \[default\: the newest that measured something\]:_files' \
&& ret=0
;;
(init)
_arguments "${_arguments_options[@]}" : \
'--invoke=[It does its work and ends, instead of answering requests\: the arguments of such an invocation, in one word]:ARGS:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'--force[Replace a pgoctl.toml that is there]' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':jar -- The function'\''s JAR, with a main class:_files' \
&& ret=0
;;
(doctor)
_arguments "${_arguments_options[@]}" : \
'--graalvm-home=[The GraalVM to use \[default\: GRAALVM_HOME, JAVA_HOME, PATH\]]:DIR:_files' \
'--java-home=[The JDK of the HotSpot variants \[default\: the GraalVM'\''s own, JAVA_HOME, PATH\]]:DIR:_files' \
'--store=[Try whether a store can be shared\: PLACE, or the one that the project uses]::PLACE:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(profile)
_arguments "${_arguments_options[@]}" : \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_pgoctl__subcmd__profile_commands" \
"*::: :->profile" \
&& ret=0

    case $state in
    (profile)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:pgoctl-profile-command-$line[1]:"
        case $line[1] in
            (check)
_arguments "${_arguments_options[@]}" : \
'*--against=[A JAR (or folder of classes) that the profile should fit\: says which share of the calls went to methods that are still there. Name the JARs of its libraries too (repeat). The folder of an image that pgoctl'\''s optimizer built\: says how much of the profile the build took]:JAR|IMAGE-DIR:_files' \
'--max-size=[Refuse profiles of more than this many MiB, unpacked (reading takes up to four times as much memory)]:MIB:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'--recursive[Look into folders of folders too]' \
'--strict[A suspect profile fails the check too]' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::files -- `.iprof` files, gzip or plain, or folders of them; `-` is standard input:_files' \
&& ret=0
;;
(show)
_arguments "${_arguments_options[@]}" : \
'(--application)--package=[Only methods of this package (and the packages in it) or class]:PACKAGE:_default' \
'--top=[How many of each kind]:N:_default' \
'--flamegraph=[Draw the samples as a flame graph (SVG) into this file; \`-\` is standard output, and then nothing else is said]:FILE:_files' \
'--folded=[Write the samples as folded stacks for other viewers into this file; \`-\` is standard output]:FILE:_files' \
'--max-size=[Refuse profiles of more than this many MiB, unpacked (reading takes up to four times as much memory)]:MIB:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'--application[Only methods of the application and its libraries]' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':file -- An `.iprof` file, gzip or plain; `-` is standard input:_files' \
&& ret=0
;;
(diff)
_arguments "${_arguments_options[@]}" : \
'(--application)--package=[Only methods of this package (and the packages in it) or class]:PACKAGE:_default' \
'--top=[How many of each kind]:N:_default' \
'--least=[A branch counts as flipped only if it was reached at least so often on both sides]:N:_default' \
'--max-size=[Refuse profiles of more than this many MiB, unpacked (reading takes up to four times as much memory)]:MIB:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'--application[Only methods of the application and its libraries]' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':before -- The profile before; `-` is standard input:_files' \
':after -- The profile after:_files' \
&& ret=0
;;
(overlap)
_arguments "${_arguments_options[@]}" : \
'--max-size=[Refuse profiles of more than this many MiB, unpacked (reading takes up to four times as much memory)]:MIB:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'--recursive[Look into folders of folders too]' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::files -- Two or more `.iprof` files, gzip or plain, or folders of them; `-` is standard input:_files' \
&& ret=0
;;
(merge)
_arguments "${_arguments_options[@]}" : \
'-o+[Where the profile goes; \`-\` is standard output (what was done is then said on stderr). Packed if it ends in \`.gz\`]:FILE:_files' \
'--output=[Where the profile goes; \`-\` is standard output (what was done is then said on stderr). Packed if it ends in \`.gz\`]:FILE:_files' \
'--normalize=[What every run is worth]:NORMALIZE:((counts\:"Counts are added as they are\: a run that did more weighs more"
runs\:"Every run weighs the same\: its counts are scaled up to those of the run with the most calls (samples\: the most samples), and its weight applies to that"))' \
'--threads=[Threads that read (0\: one for each core); the result does not depend on it]:N:_default' \
'--max-size=[Refuse profiles of more than this many MiB, unpacked (reading takes up to four times as much memory)]:MIB:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'--gzip[Compress the output]' \
'--strict[Fail on a broken input instead of setting it aside]' \
'--recursive[Look into folders of folders too]' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::files -- `.iprof` files, gzip or plain, or folders of them; a number after a colon is a weight; `-` is standard input:_default' \
&& ret=0
;;
(convert)
_arguments "${_arguments_options[@]}" : \
'--to=[The version to write (0.2.0, 0.4.0, 1.0.0, 1.1.0), or \`jsonl\`\: one context a line, with names instead of ids \[default\: the version that it has\]]:VERSION:_default' \
'-o+[Where the profile goes; \`-\` is standard output (what was done is then said on stderr). Packed if it ends in \`.gz\`]:FILE:_files' \
'--output=[Where the profile goes; \`-\` is standard output (what was done is then said on stderr). Packed if it ends in \`.gz\`]:FILE:_files' \
'--max-size=[Refuse profiles of more than this many MiB, unpacked (reading takes up to four times as much memory)]:MIB:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'--gzip[Compress the output]' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':file -- An `.iprof` file, gzip or plain; `-` is standard input:_files' \
&& ret=0
;;
(from-hotspot)
_arguments "${_arguments_options[@]}" : \
'-o+[Where the profile goes; \`-\` is standard output (the report then goes to stderr). Packed if it ends in \`.gz\`]:FILE:_files' \
'--output=[Where the profile goes; \`-\` is standard output (the report then goes to stderr). Packed if it ends in \`.gz\`]:FILE:_files' \
'--to=[The version to write\: 1.0.0, or 1.1.0, which also has the types that \`instanceof\` and casts saw]:VERSION:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'--gzip[Compress the output]' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::logs -- What JVMs logged with -XX\:+PrintMethodData, gzip or plain; counts of several logs add up; `-` is standard input:_files' \
&& ret=0
;;
(ls)
_arguments "${_arguments_options[@]}" : \
'--store=[The store\: a folder, or s3\://BUCKET\[/PREFIX\] \[default\: .pgoctl/serve/store\]]:PLACE:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'--pull-only[Refuse whatever would write to the store, before it is tried]' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(push)
_arguments "${_arguments_options[@]}" : \
'--store=[The store\: a folder, or s3\://BUCKET\[/PREFIX\] \[default\: .pgoctl/serve/store\]]:PLACE:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'--pull-only[Refuse whatever would write to the store, before it is tried]' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(pull)
_arguments "${_arguments_options[@]}" : \
'--store=[The store\: a folder, or s3\://BUCKET\[/PREFIX\] \[default\: .pgoctl/serve/store\]]:PLACE:_default' \
'--build=[Only those that this image left (\`profile ls\` shows its name)]:BUILD:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'--pull-only[Refuse whatever would write to the store, before it is tried]' \
'(--function)--all[Of every function that has any, not only of those in pgoctl.toml]' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(gc)
_arguments "${_arguments_options[@]}" : \
'--store=[The store\: a folder, or s3\://BUCKET\[/PREFIX\] \[default\: .pgoctl/serve/store\]]:PLACE:_default' \
'--keep=[The profiles of the N newest builds of each function stay]:N:_default' \
'--older-than=[Only what is older goes\: 30d, 12h]:TIME:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'--pull-only[Refuse whatever would write to the store, before it is tried]' \
'--dry-run[Say what would go, and remove nothing]' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::within -- A command:_default' \
&& ret=0
;;
        esac
    ;;
esac
;;
(store)
_arguments "${_arguments_options[@]}" : \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_pgoctl__subcmd__store_commands" \
"*::: :->store" \
&& ret=0

    case $state in
    (store)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:pgoctl-store-command-$line[1]:"
        case $line[1] in
            (verify)
_arguments "${_arguments_options[@]}" : \
'--store=[The store\: a folder, or s3\://BUCKET\[/PREFIX\] \[default\: .pgoctl/serve/store\]]:PLACE:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'--pull-only[Refuse whatever would write to the store, before it is tried]' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::within -- A command:_default' \
&& ret=0
;;
        esac
    ;;
esac
;;
(toolchain)
_arguments "${_arguments_options[@]}" : \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_pgoctl__subcmd__toolchain_commands" \
"*::: :->toolchain" \
&& ret=0

    case $state in
    (toolchain)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:pgoctl-toolchain-command-$line[1]:"
        case $line[1] in
            (list)
_arguments "${_arguments_options[@]}" : \
'--graalvm-home=[The GraalVM to use \[default\: GRAALVM_HOME, JAVA_HOME, PATH\]]:DIR:_files' \
'--java-home=[The JDK of the HotSpot variants \[default\: the GraalVM'\''s own, JAVA_HOME, PATH\]]:DIR:_files' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(which)
_arguments "${_arguments_options[@]}" : \
'--graalvm-home=[The GraalVM to use \[default\: GRAALVM_HOME, JAVA_HOME, PATH\]]:DIR:_files' \
'--java-home=[The JDK of the HotSpot variants \[default\: the GraalVM'\''s own, JAVA_HOME, PATH\]]:DIR:_files' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::kind -- Which kind:((graalvm\:"The GraalVM of the native variants"
pgo\:"The first GraalVM that has PGO of its own"
java\:"The JDK of the HotSpot variants"))' \
&& ret=0
;;
(install)
_arguments "${_arguments_options[@]}" : \
'--base-url=[The download site]:URL:_default' \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'--accept-licence[Accept the GraalVM Free Terms and Conditions]' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::line -- The Java line; its latest release is installed:_default' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::within -- A command:_default' \
&& ret=0
;;
        esac
    ;;
esac
;;
(schema)
_arguments "${_arguments_options[@]}" : \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':of -- What it describes:((config\:"pgoctl.toml\: editors complete its keys and mark what is wrong"
report\:"The report\: run.json, and what \`--format json\` prints"))' \
&& ret=0
;;
(man)
_arguments "${_arguments_options[@]}" : \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::dir -- Write a page for each command into this folder, instead of pgoctl'\''s own to standard output:_files' \
&& ret=0
;;
(completions)
_arguments "${_arguments_options[@]}" : \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':shell -- The shell:(bash elvish fish powershell zsh)' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
'--config=[The configuration file, or its folder \[default\: pgoctl.toml\]]:FILE:_files' \
'--function=[The function, where the file has several]:NAME:_default' \
'--format=[The format of the result]:FORMAT:((table\:"For a person at a terminal"
json\:"The contract, for programs"
csv\:"One line for each variant and metric"
markdown\:"For a pull request"
html\:"One page with plots that needs nothing else"))' \
'--color=[When to colour]:COLOR:((auto\:"On a terminal, unless \`NO_COLOR\` is set or \`TERM\` is \`dumb\`"
always\:"Always"
never\:"Never"))' \
'--progress=[How to show on stderr what goes on]:PROGRESS:((auto\:"Bars on a terminal, lines elsewhere"
json\:"One JSON object a line"))' \
'(-v --verbose)-q[Errors and warnings only]' \
'(-v --verbose)--quiet[Errors and warnings only]' \
'-v[Each external command too]' \
'--verbose[Each external command too]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::within -- A command of that command\: `help profile check`:_default' \
'::what -- A command, or one of the topics:((run\:""
build\:""
trace\:""
train\:""
merge\:""
bench\:""
gate\:""
compare\:""
sweep\:""
cross\:""
evaluate\:""
suggest\:""
serve\:""
install\:""
invoke\:""
status\:""
collect\:""
promote\:""
rollback\:""
pause\:""
resume\:""
uninstall\:""
job\:""
report\:""
init\:""
doctor\:""
profile\:""
store\:""
toolchain\:""
schema\:""
man\:""
completions\:""
help\:""
variants\:"Variants, and the tools they need"
configuration\:"pgoctl.toml, flags and variables"
reports\:"Reading a report"
measuring\:"How the numbers are made"
load\:"The load\: who asks, and how"
gates\:"Gates\: keeping it that way in CI"
bench-anything\:"Measuring anything"
profiles\:"Looking inside profiles"
hotspot\:"The JVM'\''s own caches"
training\:"Training\: how much, and by whom"
train-on-hotspot\:"Training without an instrumented image"
community-pgo\:"PGO on GraalVM Community Edition"
experiments\:"Experiments\: how many profiles, and whose"
tracing\:"Tracing\: what a native image must be told"
controller\:"A controller\: serve, profile, rebuild, switch over"
profile-store\:"Sharing profiles\: one store for many machines"
kubernetes\:"On Kubernetes\: a controller, profiles of your own pods, Jobs"
scale\:"Growth\: what more functions, profiles and machines cost"
native-image-fails\:"When native-image fails"
on-disk\:"On disk\: what is in .pgoctl"))' \
&& ret=0
;;
        esac
    ;;
esac
}

(( $+functions[_pgoctl_commands] )) ||
_pgoctl_commands() {
    local commands; commands=(
'run:Build, train, merge, rebuild and measure; then compare' \
'build:Build images (those that are there and whole are reused)' \
'trace:Run on a JVM with tracing, and keep what native images must know' \
'train:Make the function work and gather profiles' \
'merge:Merge the gathered profiles' \
'bench:Measure the images that are there, or any programs, JARs, revisions and servers' \
'gate:Measure and judge\: fails if a gated metric got worse by more than its limit' \
'compare:Compare the variants of a finished run, from its samples' \
'sweep:How many profiles are enough? One image for each count, all measured against each other' \
'cross:Do the profiles of other functions help? Every function with none, each other'\''s, its own and all' \
'evaluate:The thesis behind pgoctl on your functions\: what one profile brings, how many are enough, whose help' \
'suggest:Rank the stored profiles of other functions by how much of their weight a function'\''s code has' \
'serve:Serve functions\: profile a share of their calls, rebuild in the background, switch to what measured no worse' \
'install:Send a function to a controller' \
'invoke:Call a function at a controller' \
'status:How functions stand at a controller' \
'collect:Gather new profiles of a function at a controller; or start a program and send the profile that it leaves' \
'promote:Let the new image of a function take over, whatever was measured' \
'rollback:Take the last image of a function back' \
'pause:Decide nothing about a function until it is resumed' \
'resume:Let a paused function go on' \
'uninstall:Stop serving a function' \
'job:Do what a Job is to do\: called in its pod' \
'report:Render a finished run again, or a trial at a controller' \
'init:Write a commented pgoctl.toml for a JAR' \
'doctor:Say what this machine can do, and what is missing' \
'profile:Look into .iprof profiles, project or not' \
'store:Look after the store that profiles are shared in (\`profile push\`, \`profile pull\`)' \
'toolchain:Find JDKs and GraalVMs' \
'schema:Print the JSON schema of pgoctl.toml or of the report' \
'man:Print the man page, or write one for each command' \
'completions:Print a completion script for a shell' \
'help:Print the help of a command, or a page about a topic' \
    )
    _describe -t commands 'pgoctl commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__bench_commands] )) ||
_pgoctl__subcmd__bench_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl bench commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__build_commands] )) ||
_pgoctl__subcmd__build_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl build commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__collect_commands] )) ||
_pgoctl__subcmd__collect_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl collect commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__compare_commands] )) ||
_pgoctl__subcmd__compare_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl compare commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__completions_commands] )) ||
_pgoctl__subcmd__completions_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl completions commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__cross_commands] )) ||
_pgoctl__subcmd__cross_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl cross commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__doctor_commands] )) ||
_pgoctl__subcmd__doctor_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl doctor commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__evaluate_commands] )) ||
_pgoctl__subcmd__evaluate_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl evaluate commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__gate_commands] )) ||
_pgoctl__subcmd__gate_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl gate commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__help_commands] )) ||
_pgoctl__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl help commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__init_commands] )) ||
_pgoctl__subcmd__init_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl init commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__install_commands] )) ||
_pgoctl__subcmd__install_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl install commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__invoke_commands] )) ||
_pgoctl__subcmd__invoke_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl invoke commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__job_commands] )) ||
_pgoctl__subcmd__job_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl job commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__man_commands] )) ||
_pgoctl__subcmd__man_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl man commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__merge_commands] )) ||
_pgoctl__subcmd__merge_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl merge commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__pause_commands] )) ||
_pgoctl__subcmd__pause_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl pause commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__profile_commands] )) ||
_pgoctl__subcmd__profile_commands() {
    local commands; commands=(
'check:Say whether profiles are whole and worth using\: good, suspect or broken, with the reasons' \
'show:Look into a profile\: sizes, hottest methods, branches, call sites, a flame graph' \
'diff:Say what changed between two profiles\: methods gained, lost and moved, branches that flipped' \
'overlap:Say how much profiles agree (0 to 100 %), as llvm-profdata counts it' \
'merge:Merge profiles by name; the same set gives the same bytes, whatever its order' \
'convert:Write a profile in another version, packed, or as JSON lines' \
'from-hotspot:Make a profile from what a JVM logged about a run with -XX\:+PrintMethodData (experimental)' \
'ls:Show which profiles are in the store, by function and build' \
'push:Put the profiles that training gathered here into the store; what is there is not sent again' \
'pull:Get profiles out of the store, checked, to where training'\''s own lie' \
'gc:Remove from the store what is no longer needed, never what is in use' \
'help:Print the help of a command' \
    )
    _describe -t commands 'pgoctl profile commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__profile__subcmd__check_commands] )) ||
_pgoctl__subcmd__profile__subcmd__check_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl profile check commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__profile__subcmd__convert_commands] )) ||
_pgoctl__subcmd__profile__subcmd__convert_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl profile convert commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__profile__subcmd__diff_commands] )) ||
_pgoctl__subcmd__profile__subcmd__diff_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl profile diff commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__profile__subcmd__from-hotspot_commands] )) ||
_pgoctl__subcmd__profile__subcmd__from-hotspot_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl profile from-hotspot commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__profile__subcmd__gc_commands] )) ||
_pgoctl__subcmd__profile__subcmd__gc_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl profile gc commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__profile__subcmd__help_commands] )) ||
_pgoctl__subcmd__profile__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl profile help commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__profile__subcmd__ls_commands] )) ||
_pgoctl__subcmd__profile__subcmd__ls_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl profile ls commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__profile__subcmd__merge_commands] )) ||
_pgoctl__subcmd__profile__subcmd__merge_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl profile merge commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__profile__subcmd__overlap_commands] )) ||
_pgoctl__subcmd__profile__subcmd__overlap_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl profile overlap commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__profile__subcmd__pull_commands] )) ||
_pgoctl__subcmd__profile__subcmd__pull_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl profile pull commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__profile__subcmd__push_commands] )) ||
_pgoctl__subcmd__profile__subcmd__push_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl profile push commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__profile__subcmd__show_commands] )) ||
_pgoctl__subcmd__profile__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl profile show commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__promote_commands] )) ||
_pgoctl__subcmd__promote_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl promote commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__report_commands] )) ||
_pgoctl__subcmd__report_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl report commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__resume_commands] )) ||
_pgoctl__subcmd__resume_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl resume commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__rollback_commands] )) ||
_pgoctl__subcmd__rollback_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl rollback commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__run_commands] )) ||
_pgoctl__subcmd__run_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl run commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__schema_commands] )) ||
_pgoctl__subcmd__schema_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl schema commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__serve_commands] )) ||
_pgoctl__subcmd__serve_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl serve commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__status_commands] )) ||
_pgoctl__subcmd__status_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl status commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__store_commands] )) ||
_pgoctl__subcmd__store_commands() {
    local commands; commands=(
'verify:Read everything in the store, and say what is not as it should be' \
'help:Print the help of a command' \
    )
    _describe -t commands 'pgoctl store commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__store__subcmd__help_commands] )) ||
_pgoctl__subcmd__store__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl store help commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__store__subcmd__verify_commands] )) ||
_pgoctl__subcmd__store__subcmd__verify_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl store verify commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__suggest_commands] )) ||
_pgoctl__subcmd__suggest_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl suggest commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__sweep_commands] )) ||
_pgoctl__subcmd__sweep_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl sweep commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__toolchain_commands] )) ||
_pgoctl__subcmd__toolchain_commands() {
    local commands; commands=(
'list:Show every JDK and GraalVM that pgoctl finds, in the order in which it would choose' \
'which:Print the home of the one that would be used' \
'install:Download an Oracle GraalVM, check it, and put it where pgoctl finds it' \
'help:Print the help of a command' \
    )
    _describe -t commands 'pgoctl toolchain commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__toolchain__subcmd__help_commands] )) ||
_pgoctl__subcmd__toolchain__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl toolchain help commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__toolchain__subcmd__install_commands] )) ||
_pgoctl__subcmd__toolchain__subcmd__install_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl toolchain install commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__toolchain__subcmd__list_commands] )) ||
_pgoctl__subcmd__toolchain__subcmd__list_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl toolchain list commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__toolchain__subcmd__which_commands] )) ||
_pgoctl__subcmd__toolchain__subcmd__which_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl toolchain which commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__trace_commands] )) ||
_pgoctl__subcmd__trace_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl trace commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__train_commands] )) ||
_pgoctl__subcmd__train_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl train commands' commands "$@"
}
(( $+functions[_pgoctl__subcmd__uninstall_commands] )) ||
_pgoctl__subcmd__uninstall_commands() {
    local commands; commands=()
    _describe -t commands 'pgoctl uninstall commands' commands "$@"
}

if [ "$funcstack[1]" = "_pgoctl" ]; then
    _pgoctl "$@"
else
    compdef _pgoctl pgoctl
fi
