# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_pgoctl_global_optspecs
    string join \n config= function= format= color= progress= q/quiet v/verbose h/help V/version
end

function __fish_pgoctl_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_pgoctl_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_pgoctl_using_subcommand
    set -l cmd (__fish_pgoctl_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c pgoctl -n "__fish_pgoctl_needs_command" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_needs_command" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_needs_command" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_needs_command" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_needs_command" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_needs_command" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "run" -d 'Build, train, merge, rebuild and measure; then compare'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "build" -d 'Build images (those that are there and whole are reused)'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "trace" -d 'Run on a JVM with tracing, and keep what native images must know'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "train" -d 'Make the function work and gather profiles'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "merge" -d 'Merge the gathered profiles'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "bench" -d 'Measure the images that are there, or any programs, JARs, revisions and servers'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "gate" -d 'Measure and judge: fails if a gated metric got worse by more than its limit'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "compare" -d 'Compare the variants of a finished run, from its samples'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "sweep" -d 'How many profiles are enough? One image for each count, all measured against each other'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "cross" -d 'Do the profiles of other functions help? Every function with none, each other\'s, its own and all'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "evaluate" -d 'The thesis behind pgoctl on your functions: what one profile brings, how many are enough, whose help'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "suggest" -d 'Rank the stored profiles of other functions by how much of their weight a function\'s code has'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "serve" -d 'Serve functions: profile a share of their calls, rebuild in the background, switch to what measured no worse'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "install" -d 'Send a function to a controller'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "invoke" -d 'Call a function at a controller'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "status" -d 'How functions stand at a controller'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "collect" -d 'Gather new profiles of a function at a controller; or start a program and send the profile that it leaves'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "promote" -d 'Let the new image of a function take over, whatever was measured'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "rollback" -d 'Take the last image of a function back'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "pause" -d 'Decide nothing about a function until it is resumed'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "resume" -d 'Let a paused function go on'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "uninstall" -d 'Stop serving a function'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "job" -d 'Do what a Job is to do: called in its pod'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "report" -d 'Render a finished run again, or a trial at a controller'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "init" -d 'Write a commented pgoctl.toml for a JAR'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "doctor" -d 'Say what this machine can do, and what is missing'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "profile" -d 'Look into .iprof profiles, project or not'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "store" -d 'Look after the store that profiles are shared in (`profile push`, `profile pull`)'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "toolchain" -d 'Find JDKs and GraalVMs'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "schema" -d 'Print the JSON schema of pgoctl.toml or of the report'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "man" -d 'Print the man page, or write one for each command'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "completions" -d 'Print a completion script for a shell'
complete -c pgoctl -n "__fish_pgoctl_needs_command" -f -a "help" -d 'Print the help of a command, or a page about a topic'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l graalvm-home -d 'The GraalVM to use [default: GRAALVM_HOME, JAVA_HOME, PATH]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l java-home -d 'The JDK of the HotSpot variants [default: the GraalVM\'s own, JAVA_HOME, PATH]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l variant -d 'Only these variants (repeat, or separate by commas)' -r -f -a "hotspot\t'An ordinary JVM with its default CDS archive'
hotspot-cds\t'A JVM with a static AppCDS archive of the classes that training loaded'
hotspot-aot\t'A JVM (24 or later) with an AOT cache from a training run'
native\t'A native image without a profile of ours'
native-instrumented\t'A native image that counts what it does and leaves an `.iprof`'
native-pgo\t'A native image optimized with the merged profile'
native-shared\t'`native` as a shared library, run by a host of ours'
native-pgo-shared\t'`native-pgo` as a shared library, run by a host of ours'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l optimizer -d 'Who uses the profile in the build of native-pgo [default: auto]' -r -f -a "auto\t'native-image\'s own where it has PGO, else pgoctl\'s'
oracle\t'native-image\'s own (Oracle GraalVM)'
pgoctl\t'pgoctl\'s (GraalVM without PGO of its own)'
off\t'None: there is no native-pgo'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l output -d 'What native-image makes of the function: both compares them [default: executable]' -r -f -a "executable\t'An executable'
shared\t'A shared library, run by a host of ours'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l engine -d 'Where the work is done [default: local]' -r -f -a "local\t'On this machine'
kubernetes\t'As a Job of a Kubernetes cluster'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l runs -d 'Training runs, one profile each' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l train-requests -d 'Requests in each training run' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l at-least -d 'Good profiles needed to go on [default: nine in ten runs]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l on -d 'What does the work of native-pgo\'s training [default: image where the GraalVM has PGO, else hotspot]' -r -f -a "image\t'The instrumented image'
hotspot\t'An ordinary JDK, without an instrumented image (experimental)'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l stop -d 'When training ends [default: count]' -r -f -a "count\t'After all runs'
stable\t'Once the merged profile no longer changes, after all runs at the latest'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l stable-runs -d 'With `--stop stable`: how many runs in a row may change nothing [default: 3]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l command -d 'What does the work of training instead of requests: \'./mvnw verify\'. It finds the image as {image} and PGOCTL_IMAGE' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l timeout -d 'How long an answer may take, from when its request was due: 500ms, 10s, 2m [default: 10s]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l rounds -d 'Rounds of each variant, a fresh process each' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l requests -d 'Measured requests in each round' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l slices -d 'Slices of each round, measured in turns with those of the other variants while all run; 1: one process at a time [default: up to 10]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l warmup -d 'Requests before those, in the same process' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l concurrency -d 'Connections' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l rate -d 'Requests per second (open loop); 0: as fast as answers come' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l cold-starts -d 'Cold starts of each variant' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l dropped-cold-starts -d 'Cold starts of each variant with its files dropped from the page cache [default: as many as cold starts]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l pin -d 'Load generator and function on cores of their own [default: auto]' -r -f -a "auto\t'From four cores on'
apart\t'From two cores on'
off\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l seed -d 'Seed of the order of the rounds' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l profile-from -d 'Build native-pgo with the stored profiles of another function (`pgoctl suggest` ranks them), or those at a path' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l budget -d 'How long that may take, all rounds together' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l save-baseline -d 'Keep this run as a baseline of that name' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l baseline -d 'The saved baseline to hold it against [default: that of the file, else each variant\'s own in the same run]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l products -d 'Share images and training profiles through the store: what is there is not made again'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l cancel -d 'End the Job that this very command started on a cluster'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l dry-run -d 'Print each external command, run none'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l explain -d 'Say why each stage is reused or redone'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l force -d 'Redo everything'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l decide -d 'Add rounds until every gated metric is decided, or the budget is spent'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l no-bench -d 'Stop before measuring'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l gate -d 'Fail if a gated metric got worse by more than its limit'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -l no-calibrate -d 'Do not measure the noise of a machine that is not known yet'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand run" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand build" -l graalvm-home -d 'The GraalVM to use [default: GRAALVM_HOME, JAVA_HOME, PATH]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand build" -l java-home -d 'The JDK of the HotSpot variants [default: the GraalVM\'s own, JAVA_HOME, PATH]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand build" -l variant -d 'Only these variants (repeat, or separate by commas)' -r -f -a "hotspot\t'An ordinary JVM with its default CDS archive'
hotspot-cds\t'A JVM with a static AppCDS archive of the classes that training loaded'
hotspot-aot\t'A JVM (24 or later) with an AOT cache from a training run'
native\t'A native image without a profile of ours'
native-instrumented\t'A native image that counts what it does and leaves an `.iprof`'
native-pgo\t'A native image optimized with the merged profile'
native-shared\t'`native` as a shared library, run by a host of ours'
native-pgo-shared\t'`native-pgo` as a shared library, run by a host of ours'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand build" -l optimizer -d 'Who uses the profile in the build of native-pgo [default: auto]' -r -f -a "auto\t'native-image\'s own where it has PGO, else pgoctl\'s'
oracle\t'native-image\'s own (Oracle GraalVM)'
pgoctl\t'pgoctl\'s (GraalVM without PGO of its own)'
off\t'None: there is no native-pgo'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand build" -l output -d 'What native-image makes of the function: both compares them [default: executable]' -r -f -a "executable\t'An executable'
shared\t'A shared library, run by a host of ours'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand build" -l engine -d 'Where the work is done [default: local]' -r -f -a "local\t'On this machine'
kubernetes\t'As a Job of a Kubernetes cluster'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand build" -l runs -d 'Training runs, one profile each' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand build" -l train-requests -d 'Requests in each training run' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand build" -l at-least -d 'Good profiles needed to go on [default: nine in ten runs]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand build" -l on -d 'What does the work of native-pgo\'s training [default: image where the GraalVM has PGO, else hotspot]' -r -f -a "image\t'The instrumented image'
hotspot\t'An ordinary JDK, without an instrumented image (experimental)'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand build" -l stop -d 'When training ends [default: count]' -r -f -a "count\t'After all runs'
stable\t'Once the merged profile no longer changes, after all runs at the latest'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand build" -l stable-runs -d 'With `--stop stable`: how many runs in a row may change nothing [default: 3]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand build" -l command -d 'What does the work of training instead of requests: \'./mvnw verify\'. It finds the image as {image} and PGOCTL_IMAGE' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand build" -l timeout -d 'How long an answer may take, from when its request was due: 500ms, 10s, 2m [default: 10s]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand build" -l profile-from -d 'Build native-pgo with the stored profiles of another function (`pgoctl suggest` ranks them), or those at a path' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand build" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand build" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand build" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand build" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand build" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand build" -l products -d 'Share images and training profiles through the store: what is there is not made again'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand build" -l cancel -d 'End the Job that this very command started on a cluster'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand build" -l dry-run -d 'Print each external command, run none'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand build" -l explain -d 'Say why each stage is reused or redone'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand build" -l force -d 'Redo everything'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand build" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand build" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand build" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand build" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand trace" -l graalvm-home -d 'The GraalVM to use [default: GRAALVM_HOME, JAVA_HOME, PATH]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand trace" -l java-home -d 'The JDK of the HotSpot variants [default: the GraalVM\'s own, JAVA_HOME, PATH]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand trace" -l runs -d 'Runs of each workload; those that are there already count' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand trace" -l requests -d 'Requests in each run [default: as in training]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand trace" -l timeout -d 'How long an answer may take, from when its request was due: 500ms, 10s, 2m [default: 10s]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand trace" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand trace" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand trace" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand trace" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand trace" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand trace" -l fresh -d 'Start over instead of merging with what was traced before'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand trace" -l dry-run -d 'Print each external command, run none'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand trace" -l explain -d 'Say why tracing is reused or redone'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand trace" -l force -d 'Trace again, also what has not changed'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand trace" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand trace" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand trace" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand trace" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand train" -l graalvm-home -d 'The GraalVM to use [default: GRAALVM_HOME, JAVA_HOME, PATH]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand train" -l java-home -d 'The JDK of the HotSpot variants [default: the GraalVM\'s own, JAVA_HOME, PATH]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand train" -l variant -d 'Only these variants (repeat, or separate by commas)' -r -f -a "hotspot\t'An ordinary JVM with its default CDS archive'
hotspot-cds\t'A JVM with a static AppCDS archive of the classes that training loaded'
hotspot-aot\t'A JVM (24 or later) with an AOT cache from a training run'
native\t'A native image without a profile of ours'
native-instrumented\t'A native image that counts what it does and leaves an `.iprof`'
native-pgo\t'A native image optimized with the merged profile'
native-shared\t'`native` as a shared library, run by a host of ours'
native-pgo-shared\t'`native-pgo` as a shared library, run by a host of ours'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand train" -l optimizer -d 'Who uses the profile in the build of native-pgo [default: auto]' -r -f -a "auto\t'native-image\'s own where it has PGO, else pgoctl\'s'
oracle\t'native-image\'s own (Oracle GraalVM)'
pgoctl\t'pgoctl\'s (GraalVM without PGO of its own)'
off\t'None: there is no native-pgo'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand train" -l output -d 'What native-image makes of the function: both compares them [default: executable]' -r -f -a "executable\t'An executable'
shared\t'A shared library, run by a host of ours'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand train" -l engine -d 'Where the work is done [default: local]' -r -f -a "local\t'On this machine'
kubernetes\t'As a Job of a Kubernetes cluster'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand train" -l runs -d 'Training runs, one profile each' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand train" -l train-requests -d 'Requests in each training run' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand train" -l at-least -d 'Good profiles needed to go on [default: nine in ten runs]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand train" -l on -d 'What does the work of native-pgo\'s training [default: image where the GraalVM has PGO, else hotspot]' -r -f -a "image\t'The instrumented image'
hotspot\t'An ordinary JDK, without an instrumented image (experimental)'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand train" -l stop -d 'When training ends [default: count]' -r -f -a "count\t'After all runs'
stable\t'Once the merged profile no longer changes, after all runs at the latest'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand train" -l stable-runs -d 'With `--stop stable`: how many runs in a row may change nothing [default: 3]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand train" -l command -d 'What does the work of training instead of requests: \'./mvnw verify\'. It finds the image as {image} and PGOCTL_IMAGE' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand train" -l timeout -d 'How long an answer may take, from when its request was due: 500ms, 10s, 2m [default: 10s]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand train" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand train" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand train" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand train" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand train" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand train" -l products -d 'Share images and training profiles through the store: what is there is not made again'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand train" -l cancel -d 'End the Job that this very command started on a cluster'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand train" -l dry-run -d 'Print each external command, run none'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand train" -l explain -d 'Say why each stage is reused or redone'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand train" -l force -d 'Redo everything'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand train" -l bisect -d 'Find the profiles over which the rebuild fails, by building with halves of them, and set them aside'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand train" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand train" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand train" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand train" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand merge" -l graalvm-home -d 'The GraalVM to use [default: GRAALVM_HOME, JAVA_HOME, PATH]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand merge" -l java-home -d 'The JDK of the HotSpot variants [default: the GraalVM\'s own, JAVA_HOME, PATH]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand merge" -l variant -d 'Only these variants (repeat, or separate by commas)' -r -f -a "hotspot\t'An ordinary JVM with its default CDS archive'
hotspot-cds\t'A JVM with a static AppCDS archive of the classes that training loaded'
hotspot-aot\t'A JVM (24 or later) with an AOT cache from a training run'
native\t'A native image without a profile of ours'
native-instrumented\t'A native image that counts what it does and leaves an `.iprof`'
native-pgo\t'A native image optimized with the merged profile'
native-shared\t'`native` as a shared library, run by a host of ours'
native-pgo-shared\t'`native-pgo` as a shared library, run by a host of ours'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand merge" -l optimizer -d 'Who uses the profile in the build of native-pgo [default: auto]' -r -f -a "auto\t'native-image\'s own where it has PGO, else pgoctl\'s'
oracle\t'native-image\'s own (Oracle GraalVM)'
pgoctl\t'pgoctl\'s (GraalVM without PGO of its own)'
off\t'None: there is no native-pgo'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand merge" -l output -d 'What native-image makes of the function: both compares them [default: executable]' -r -f -a "executable\t'An executable'
shared\t'A shared library, run by a host of ours'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand merge" -l engine -d 'Where the work is done [default: local]' -r -f -a "local\t'On this machine'
kubernetes\t'As a Job of a Kubernetes cluster'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand merge" -l runs -d 'Training runs, one profile each' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand merge" -l train-requests -d 'Requests in each training run' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand merge" -l at-least -d 'Good profiles needed to go on [default: nine in ten runs]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand merge" -l on -d 'What does the work of native-pgo\'s training [default: image where the GraalVM has PGO, else hotspot]' -r -f -a "image\t'The instrumented image'
hotspot\t'An ordinary JDK, without an instrumented image (experimental)'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand merge" -l stop -d 'When training ends [default: count]' -r -f -a "count\t'After all runs'
stable\t'Once the merged profile no longer changes, after all runs at the latest'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand merge" -l stable-runs -d 'With `--stop stable`: how many runs in a row may change nothing [default: 3]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand merge" -l command -d 'What does the work of training instead of requests: \'./mvnw verify\'. It finds the image as {image} and PGOCTL_IMAGE' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand merge" -l timeout -d 'How long an answer may take, from when its request was due: 500ms, 10s, 2m [default: 10s]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand merge" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand merge" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand merge" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand merge" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand merge" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand merge" -l products -d 'Share images and training profiles through the store: what is there is not made again'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand merge" -l cancel -d 'End the Job that this very command started on a cluster'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand merge" -l dry-run -d 'Print each external command, run none'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand merge" -l explain -d 'Say why each stage is reused or redone'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand merge" -l force -d 'Redo everything'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand merge" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand merge" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand merge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand merge" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l shell -d 'Let a shell read the commands [without a value: sh]; its own start is measured and taken off the times' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l input -d 'A file that each invocation of the commands reads on stdin' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l url -d 'A server that runs already, http or https, to measure as it is (repeat to compare)' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l revision -d 'A git revision, to check out, build and measure (repeat to compare)' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l make -d 'What builds the JAR in a revision\'s checkout' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l request -d 'What to ask: \'GET /path\' or \'POST /path BODY\' (repeat for several) [default: the workload of pgoctl.toml]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l header -d 'A header of every request: \'Name: value\' (repeat for several)' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l unix-socket -d 'Speak to the servers of all URLs through this Unix socket' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l protocol -d 'How to speak to programs and servers that are named [default: http/1.1]' -r -f -a "http/1.1\t'HTTP/1.1'
http/2\t'HTTP/2, agreed on over TLS (ALPN); in clear text without asking first (RFC 9113, section 3.3: prior knowledge)'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l connections -d 'Whether to keep connections to them [default: keep-alive]' -r -f -a "keep-alive\t'One request after the other on each'
fresh\t'A new one for each request; connecting is part of the latency'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l cacert -d 'Certificates of an https server, or of who signed it, to trust besides the system\'s (PEM)' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l graalvm-home -d 'The GraalVM to use [default: GRAALVM_HOME, JAVA_HOME, PATH]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l java-home -d 'The JDK of the HotSpot variants [default: the GraalVM\'s own, JAVA_HOME, PATH]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l variant -d 'Only these variants (repeat, or separate by commas)' -r -f -a "hotspot\t'An ordinary JVM with its default CDS archive'
hotspot-cds\t'A JVM with a static AppCDS archive of the classes that training loaded'
hotspot-aot\t'A JVM (24 or later) with an AOT cache from a training run'
native\t'A native image without a profile of ours'
native-instrumented\t'A native image that counts what it does and leaves an `.iprof`'
native-pgo\t'A native image optimized with the merged profile'
native-shared\t'`native` as a shared library, run by a host of ours'
native-pgo-shared\t'`native-pgo` as a shared library, run by a host of ours'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l optimizer -d 'Who uses the profile in the build of native-pgo [default: auto]' -r -f -a "auto\t'native-image\'s own where it has PGO, else pgoctl\'s'
oracle\t'native-image\'s own (Oracle GraalVM)'
pgoctl\t'pgoctl\'s (GraalVM without PGO of its own)'
off\t'None: there is no native-pgo'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l output -d 'What native-image makes of the function: both compares them [default: executable]' -r -f -a "executable\t'An executable'
shared\t'A shared library, run by a host of ours'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l engine -d 'Where the work is done [default: local]' -r -f -a "local\t'On this machine'
kubernetes\t'As a Job of a Kubernetes cluster'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l runs -d 'Training runs, one profile each' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l train-requests -d 'Requests in each training run' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l at-least -d 'Good profiles needed to go on [default: nine in ten runs]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l on -d 'What does the work of native-pgo\'s training [default: image where the GraalVM has PGO, else hotspot]' -r -f -a "image\t'The instrumented image'
hotspot\t'An ordinary JDK, without an instrumented image (experimental)'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l stop -d 'When training ends [default: count]' -r -f -a "count\t'After all runs'
stable\t'Once the merged profile no longer changes, after all runs at the latest'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l stable-runs -d 'With `--stop stable`: how many runs in a row may change nothing [default: 3]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l command -d 'What does the work of training instead of requests: \'./mvnw verify\'. It finds the image as {image} and PGOCTL_IMAGE' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l timeout -d 'How long an answer may take, from when its request was due: 500ms, 10s, 2m [default: 10s]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l rounds -d 'Rounds of each variant, a fresh process each' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l requests -d 'Measured requests in each round' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l slices -d 'Slices of each round, measured in turns with those of the other variants while all run; 1: one process at a time [default: up to 10]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l warmup -d 'Requests before those, in the same process' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l concurrency -d 'Connections' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l rate -d 'Requests per second (open loop); 0: as fast as answers come' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l cold-starts -d 'Cold starts of each variant' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l dropped-cold-starts -d 'Cold starts of each variant with its files dropped from the page cache [default: as many as cold starts]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l pin -d 'Load generator and function on cores of their own [default: auto]' -r -f -a "auto\t'From four cores on'
apart\t'From two cores on'
off\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l seed -d 'Seed of the order of the rounds' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l profile-from -d 'Build native-pgo with the stored profiles of another function (`pgoctl suggest` ranks them), or those at a path' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l budget -d 'How long that may take, all rounds together' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l save-baseline -d 'Keep this run as a baseline of that name' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l insecure -d 'Accept any certificate of an https server; the report warns of it'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l products -d 'Share images and training profiles through the store: what is there is not made again'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l cancel -d 'End the Job that this very command started on a cluster'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l dry-run -d 'Print each external command, run none'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l explain -d 'Say why each stage is reused or redone'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l force -d 'Redo everything'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l decide -d 'Add rounds until every gated metric is decided, or the budget is spent'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -l calibrate -d 'Measure each variant against itself: how small a change can this machine tell apart?'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand bench" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l graalvm-home -d 'The GraalVM to use [default: GRAALVM_HOME, JAVA_HOME, PATH]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l java-home -d 'The JDK of the HotSpot variants [default: the GraalVM\'s own, JAVA_HOME, PATH]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l variant -d 'Only these variants (repeat, or separate by commas)' -r -f -a "hotspot\t'An ordinary JVM with its default CDS archive'
hotspot-cds\t'A JVM with a static AppCDS archive of the classes that training loaded'
hotspot-aot\t'A JVM (24 or later) with an AOT cache from a training run'
native\t'A native image without a profile of ours'
native-instrumented\t'A native image that counts what it does and leaves an `.iprof`'
native-pgo\t'A native image optimized with the merged profile'
native-shared\t'`native` as a shared library, run by a host of ours'
native-pgo-shared\t'`native-pgo` as a shared library, run by a host of ours'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l optimizer -d 'Who uses the profile in the build of native-pgo [default: auto]' -r -f -a "auto\t'native-image\'s own where it has PGO, else pgoctl\'s'
oracle\t'native-image\'s own (Oracle GraalVM)'
pgoctl\t'pgoctl\'s (GraalVM without PGO of its own)'
off\t'None: there is no native-pgo'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l output -d 'What native-image makes of the function: both compares them [default: executable]' -r -f -a "executable\t'An executable'
shared\t'A shared library, run by a host of ours'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l engine -d 'Where the work is done [default: local]' -r -f -a "local\t'On this machine'
kubernetes\t'As a Job of a Kubernetes cluster'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l runs -d 'Training runs, one profile each' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l train-requests -d 'Requests in each training run' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l at-least -d 'Good profiles needed to go on [default: nine in ten runs]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l on -d 'What does the work of native-pgo\'s training [default: image where the GraalVM has PGO, else hotspot]' -r -f -a "image\t'The instrumented image'
hotspot\t'An ordinary JDK, without an instrumented image (experimental)'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l stop -d 'When training ends [default: count]' -r -f -a "count\t'After all runs'
stable\t'Once the merged profile no longer changes, after all runs at the latest'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l stable-runs -d 'With `--stop stable`: how many runs in a row may change nothing [default: 3]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l command -d 'What does the work of training instead of requests: \'./mvnw verify\'. It finds the image as {image} and PGOCTL_IMAGE' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l timeout -d 'How long an answer may take, from when its request was due: 500ms, 10s, 2m [default: 10s]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l rounds -d 'Rounds of each variant, a fresh process each' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l requests -d 'Measured requests in each round' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l slices -d 'Slices of each round, measured in turns with those of the other variants while all run; 1: one process at a time [default: up to 10]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l warmup -d 'Requests before those, in the same process' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l concurrency -d 'Connections' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l rate -d 'Requests per second (open loop); 0: as fast as answers come' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l cold-starts -d 'Cold starts of each variant' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l dropped-cold-starts -d 'Cold starts of each variant with its files dropped from the page cache [default: as many as cold starts]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l pin -d 'Load generator and function on cores of their own [default: auto]' -r -f -a "auto\t'From four cores on'
apart\t'From two cores on'
off\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l seed -d 'Seed of the order of the rounds' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l profile-from -d 'Build native-pgo with the stored profiles of another function (`pgoctl suggest` ranks them), or those at a path' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l budget -d 'How long that may take, all rounds together' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l save-baseline -d 'Keep this run as a baseline of that name' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l baseline -d 'The saved baseline to hold it against [default: that of the file, else each variant\'s own in the same run]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l self-test -d 'Slow the baseline\'s own image down by so much and prove that the gate fails [default: twice its limit]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l products -d 'Share images and training profiles through the store: what is there is not made again'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l cancel -d 'End the Job that this very command started on a cluster'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l dry-run -d 'Print each external command, run none'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l explain -d 'Say why each stage is reused or redone'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l force -d 'Redo everything'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l decide -d 'Add rounds until every gated metric is decided, or the budget is spent'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -l no-calibrate -d 'Do not measure the noise of a machine that is not known yet'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand gate" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand compare" -l baseline -d 'The variant that the others are compared with, or the name of a saved baseline [default: each variant\'s own]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand compare" -l candidate -d 'Only these against the baseline' -r -f -a "hotspot\t'An ordinary JVM with its default CDS archive'
hotspot-cds\t'A JVM with a static AppCDS archive of the classes that training loaded'
hotspot-aot\t'A JVM (24 or later) with an AOT cache from a training run'
native\t'A native image without a profile of ours'
native-instrumented\t'A native image that counts what it does and leaves an `.iprof`'
native-pgo\t'A native image optimized with the merged profile'
native-shared\t'`native` as a shared library, run by a host of ours'
native-pgo-shared\t'`native-pgo` as a shared library, run by a host of ours'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand compare" -l threshold -d 'A smaller change does not matter' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand compare" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand compare" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand compare" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand compare" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand compare" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand compare" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand compare" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand compare" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand compare" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l profiles -d 'How many profiles the images are made with: 1,10,100,1000' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l requests -d 'How many requests each training run has: 10,100,1000' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l graalvm-home -d 'The GraalVM to use [default: GRAALVM_HOME, JAVA_HOME, PATH]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l java-home -d 'The JDK of the HotSpot variants [default: the GraalVM\'s own, JAVA_HOME, PATH]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l variant -d 'Only these variants (repeat, or separate by commas)' -r -f -a "hotspot\t'An ordinary JVM with its default CDS archive'
hotspot-cds\t'A JVM with a static AppCDS archive of the classes that training loaded'
hotspot-aot\t'A JVM (24 or later) with an AOT cache from a training run'
native\t'A native image without a profile of ours'
native-instrumented\t'A native image that counts what it does and leaves an `.iprof`'
native-pgo\t'A native image optimized with the merged profile'
native-shared\t'`native` as a shared library, run by a host of ours'
native-pgo-shared\t'`native-pgo` as a shared library, run by a host of ours'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l optimizer -d 'Who uses the profile in the build of native-pgo [default: auto]' -r -f -a "auto\t'native-image\'s own where it has PGO, else pgoctl\'s'
oracle\t'native-image\'s own (Oracle GraalVM)'
pgoctl\t'pgoctl\'s (GraalVM without PGO of its own)'
off\t'None: there is no native-pgo'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l output -d 'What native-image makes of the function: both compares them [default: executable]' -r -f -a "executable\t'An executable'
shared\t'A shared library, run by a host of ours'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l engine -d 'Where the work is done [default: local]' -r -f -a "local\t'On this machine'
kubernetes\t'As a Job of a Kubernetes cluster'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l runs -d 'Training runs, one profile each' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l train-requests -d 'Requests in each training run' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l at-least -d 'Good profiles needed to go on [default: nine in ten runs]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l on -d 'What does the work of native-pgo\'s training [default: image where the GraalVM has PGO, else hotspot]' -r -f -a "image\t'The instrumented image'
hotspot\t'An ordinary JDK, without an instrumented image (experimental)'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l stop -d 'When training ends [default: count]' -r -f -a "count\t'After all runs'
stable\t'Once the merged profile no longer changes, after all runs at the latest'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l stable-runs -d 'With `--stop stable`: how many runs in a row may change nothing [default: 3]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l command -d 'What does the work of training instead of requests: \'./mvnw verify\'. It finds the image as {image} and PGOCTL_IMAGE' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l timeout -d 'How long an answer may take, from when its request was due: 500ms, 10s, 2m [default: 10s]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l rounds -d 'Rounds of each variant, a fresh process each' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l slices -d 'Slices of each round, measured in turns with those of the other variants while all run; 1: one process at a time [default: up to 10]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l warmup -d 'Requests before those, in the same process' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l concurrency -d 'Connections' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l rate -d 'Requests per second (open loop); 0: as fast as answers come' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l cold-starts -d 'Cold starts of each variant' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l dropped-cold-starts -d 'Cold starts of each variant with its files dropped from the page cache [default: as many as cold starts]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l pin -d 'Load generator and function on cores of their own [default: auto]' -r -f -a "auto\t'From four cores on'
apart\t'From two cores on'
off\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l seed -d 'Seed of the order of the rounds' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l bench-requests -d 'Measured requests in each round' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l products -d 'Share images and training profiles through the store: what is there is not made again'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l cancel -d 'End the Job that this very command started on a cluster'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l dry-run -d 'Print each external command, run none'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l explain -d 'Say why each stage is reused or redone'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -l force -d 'Redo everything'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand sweep" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l graalvm-home -d 'The GraalVM to use [default: GRAALVM_HOME, JAVA_HOME, PATH]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l java-home -d 'The JDK of the HotSpot variants [default: the GraalVM\'s own, JAVA_HOME, PATH]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l variant -d 'Only these variants (repeat, or separate by commas)' -r -f -a "hotspot\t'An ordinary JVM with its default CDS archive'
hotspot-cds\t'A JVM with a static AppCDS archive of the classes that training loaded'
hotspot-aot\t'A JVM (24 or later) with an AOT cache from a training run'
native\t'A native image without a profile of ours'
native-instrumented\t'A native image that counts what it does and leaves an `.iprof`'
native-pgo\t'A native image optimized with the merged profile'
native-shared\t'`native` as a shared library, run by a host of ours'
native-pgo-shared\t'`native-pgo` as a shared library, run by a host of ours'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l optimizer -d 'Who uses the profile in the build of native-pgo [default: auto]' -r -f -a "auto\t'native-image\'s own where it has PGO, else pgoctl\'s'
oracle\t'native-image\'s own (Oracle GraalVM)'
pgoctl\t'pgoctl\'s (GraalVM without PGO of its own)'
off\t'None: there is no native-pgo'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l output -d 'What native-image makes of the function: both compares them [default: executable]' -r -f -a "executable\t'An executable'
shared\t'A shared library, run by a host of ours'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l engine -d 'Where the work is done [default: local]' -r -f -a "local\t'On this machine'
kubernetes\t'As a Job of a Kubernetes cluster'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l runs -d 'Training runs, one profile each' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l train-requests -d 'Requests in each training run' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l at-least -d 'Good profiles needed to go on [default: nine in ten runs]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l on -d 'What does the work of native-pgo\'s training [default: image where the GraalVM has PGO, else hotspot]' -r -f -a "image\t'The instrumented image'
hotspot\t'An ordinary JDK, without an instrumented image (experimental)'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l stop -d 'When training ends [default: count]' -r -f -a "count\t'After all runs'
stable\t'Once the merged profile no longer changes, after all runs at the latest'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l stable-runs -d 'With `--stop stable`: how many runs in a row may change nothing [default: 3]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l command -d 'What does the work of training instead of requests: \'./mvnw verify\'. It finds the image as {image} and PGOCTL_IMAGE' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l timeout -d 'How long an answer may take, from when its request was due: 500ms, 10s, 2m [default: 10s]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l rounds -d 'Rounds of each variant, a fresh process each' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l requests -d 'Measured requests in each round' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l slices -d 'Slices of each round, measured in turns with those of the other variants while all run; 1: one process at a time [default: up to 10]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l warmup -d 'Requests before those, in the same process' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l concurrency -d 'Connections' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l rate -d 'Requests per second (open loop); 0: as fast as answers come' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l cold-starts -d 'Cold starts of each variant' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l dropped-cold-starts -d 'Cold starts of each variant with its files dropped from the page cache [default: as many as cold starts]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l pin -d 'Load generator and function on cores of their own [default: auto]' -r -f -a "auto\t'From four cores on'
apart\t'From two cores on'
off\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l seed -d 'Seed of the order of the rounds' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l products -d 'Share images and training profiles through the store: what is there is not made again'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l cancel -d 'End the Job that this very command started on a cluster'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l dry-run -d 'Print each external command, run none'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l explain -d 'Say why each stage is reused or redone'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -l force -d 'Redo everything'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand cross" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l profiles -d 'How many profiles the images are made with; one is always among them' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l graalvm-home -d 'The GraalVM to use [default: GRAALVM_HOME, JAVA_HOME, PATH]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l java-home -d 'The JDK of the HotSpot variants [default: the GraalVM\'s own, JAVA_HOME, PATH]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l variant -d 'Only these variants (repeat, or separate by commas)' -r -f -a "hotspot\t'An ordinary JVM with its default CDS archive'
hotspot-cds\t'A JVM with a static AppCDS archive of the classes that training loaded'
hotspot-aot\t'A JVM (24 or later) with an AOT cache from a training run'
native\t'A native image without a profile of ours'
native-instrumented\t'A native image that counts what it does and leaves an `.iprof`'
native-pgo\t'A native image optimized with the merged profile'
native-shared\t'`native` as a shared library, run by a host of ours'
native-pgo-shared\t'`native-pgo` as a shared library, run by a host of ours'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l optimizer -d 'Who uses the profile in the build of native-pgo [default: auto]' -r -f -a "auto\t'native-image\'s own where it has PGO, else pgoctl\'s'
oracle\t'native-image\'s own (Oracle GraalVM)'
pgoctl\t'pgoctl\'s (GraalVM without PGO of its own)'
off\t'None: there is no native-pgo'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l output -d 'What native-image makes of the function: both compares them [default: executable]' -r -f -a "executable\t'An executable'
shared\t'A shared library, run by a host of ours'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l engine -d 'Where the work is done [default: local]' -r -f -a "local\t'On this machine'
kubernetes\t'As a Job of a Kubernetes cluster'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l runs -d 'Training runs, one profile each' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l train-requests -d 'Requests in each training run' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l at-least -d 'Good profiles needed to go on [default: nine in ten runs]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l on -d 'What does the work of native-pgo\'s training [default: image where the GraalVM has PGO, else hotspot]' -r -f -a "image\t'The instrumented image'
hotspot\t'An ordinary JDK, without an instrumented image (experimental)'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l stop -d 'When training ends [default: count]' -r -f -a "count\t'After all runs'
stable\t'Once the merged profile no longer changes, after all runs at the latest'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l stable-runs -d 'With `--stop stable`: how many runs in a row may change nothing [default: 3]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l command -d 'What does the work of training instead of requests: \'./mvnw verify\'. It finds the image as {image} and PGOCTL_IMAGE' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l timeout -d 'How long an answer may take, from when its request was due: 500ms, 10s, 2m [default: 10s]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l rounds -d 'Rounds of each variant, a fresh process each' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l requests -d 'Measured requests in each round' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l slices -d 'Slices of each round, measured in turns with those of the other variants while all run; 1: one process at a time [default: up to 10]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l warmup -d 'Requests before those, in the same process' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l concurrency -d 'Connections' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l rate -d 'Requests per second (open loop); 0: as fast as answers come' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l cold-starts -d 'Cold starts of each variant' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l dropped-cold-starts -d 'Cold starts of each variant with its files dropped from the page cache [default: as many as cold starts]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l pin -d 'Load generator and function on cores of their own [default: auto]' -r -f -a "auto\t'From four cores on'
apart\t'From two cores on'
off\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l seed -d 'Seed of the order of the rounds' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l products -d 'Share images and training profiles through the store: what is there is not made again'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l cancel -d 'End the Job that this very command started on a cluster'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l dry-run -d 'Print each external command, run none'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l explain -d 'Say why each stage is reused or redone'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -l force -d 'Redo everything'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand evaluate" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand suggest" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand suggest" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand suggest" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand suggest" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand suggest" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand suggest" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand suggest" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand suggest" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand suggest" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand serve" -l listen -d 'Where to listen; elsewhere than on this machine only with a token' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand serve" -l token -d 'What callers of the REST side must send as a bearer token' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand serve" -l home -d 'The folder of this controller: images, logs, what waits for the store' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand serve" -l store -d 'Where JARs, states and profiles are kept: a folder, or s3://BUCKET/PREFIX; others may share it [default: DIR/store]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand serve" -l drain -d 'How long to serve on when asked to end, /readyz saying no: until nobody sends calls any more [default: 0s; in a pod 10s]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand serve" -l engine -d 'Where native images are built [default: local]' -r -f -a "local\t'On this machine'
kubernetes\t'As a Job of a Kubernetes cluster'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand serve" -l graalvm-home -d 'The GraalVM to use [default: GRAALVM_HOME, JAVA_HOME, PATH]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand serve" -l java-home -d 'The JDK of the HotSpot variants [default: the GraalVM\'s own, JAVA_HOME, PATH]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand serve" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand serve" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand serve" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand serve" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand serve" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand serve" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand serve" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand serve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand serve" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand install" -l name -d 'Its name at the controller [default: the function\'s, or the JAR\'s]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand install" -l server -d 'The controller' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand install" -l token -d 'The token that it was started with' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand install" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand install" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand install" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand install" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand install" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand install" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand install" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand install" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand install" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand invoke" -s d -l data -d 'The body: text, `@FILE`, or `-` for stdin' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand invoke" -s X -l method -d 'The method [default: POST with a body, GET without]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand invoke" -s H -l header -d 'A header, `NAME: VALUE`; repeat for more' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand invoke" -l server -d 'The controller' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand invoke" -l token -d 'The token that it was started with' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand invoke" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand invoke" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand invoke" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand invoke" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand invoke" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand invoke" -l explain -d 'Say which image answered'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand invoke" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand invoke" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand invoke" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand invoke" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand status" -l server -d 'The controller' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand status" -l token -d 'The token that it was started with' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand status" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand status" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand status" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand status" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand status" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand status" -l explain -d 'What was decided, and from what'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand status" -l watch -d 'Again every second, until Ctrl-C'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand status" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand status" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand status" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand collect" -l server -d 'The controller' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand collect" -l token -d 'The token that it was started with' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand collect" -l store -d 'Where profiles go: a folder, or s3://BUCKET[/PREFIX]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand collect" -l image -d 'The image, where the program is a script that starts it [default: the program]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand collect" -l build -d 'What the image is called in the store [default: its identity in build.json beside it, else the file\'s digest]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand collect" -l worker -d 'Who this is among those that run the image [default: the name of this host]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand collect" -l keep -d 'A folder where profiles wait for the store; what waits there is sent too [default: a temporary one]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand collect" -l patience -d 'How long the store may be away after the program\'s end' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand collect" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand collect" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand collect" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand collect" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand collect" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand collect" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand collect" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand collect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand collect" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand promote" -l server -d 'The controller' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand promote" -l token -d 'The token that it was started with' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand promote" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand promote" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand promote" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand promote" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand promote" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand promote" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand promote" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand promote" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand promote" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand rollback" -l server -d 'The controller' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand rollback" -l token -d 'The token that it was started with' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand rollback" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand rollback" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand rollback" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand rollback" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand rollback" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand rollback" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand rollback" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand rollback" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand rollback" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand pause" -l server -d 'The controller' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand pause" -l token -d 'The token that it was started with' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand pause" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand pause" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand pause" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand pause" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand pause" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand pause" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand pause" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand pause" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand pause" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand resume" -l server -d 'The controller' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand resume" -l token -d 'The token that it was started with' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand resume" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand resume" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand resume" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand resume" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand resume" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand resume" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand resume" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand resume" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand resume" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand uninstall" -l server -d 'The controller' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand uninstall" -l token -d 'The token that it was started with' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand uninstall" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand uninstall" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand uninstall" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand uninstall" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand uninstall" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand uninstall" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand uninstall" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand uninstall" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand uninstall" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand job" -l store -d 'The store: a folder, or s3://BUCKET[/PREFIX] [default: .pgoctl/serve/store]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand job" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand job" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand job" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand job" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand job" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand job" -l pull-only -d 'Refuse whatever would write to the store, before it is tried'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand job" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand job" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand job" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand job" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand report" -l trial -d 'A trial at a controller instead: a function\'s last one, or that of a generation' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand report" -s o -l output -d 'Write to a file instead of stdout' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand report" -l server -d 'The controller' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand report" -l token -d 'The token that it was started with' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand report" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand report" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand report" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand report" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand report" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand report" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand report" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand report" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand report" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand init" -l invoke -d 'It does its work and ends, instead of answering requests: the arguments of such an invocation, in one word' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand init" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand init" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand init" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand init" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand init" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand init" -l force -d 'Replace a pgoctl.toml that is there'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand init" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand init" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand init" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand doctor" -l graalvm-home -d 'The GraalVM to use [default: GRAALVM_HOME, JAVA_HOME, PATH]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand doctor" -l java-home -d 'The JDK of the HotSpot variants [default: the GraalVM\'s own, JAVA_HOME, PATH]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand doctor" -l store -d 'Try whether a store can be shared: PLACE, or the one that the project uses' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand doctor" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand doctor" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand doctor" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand doctor" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand doctor" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand doctor" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand doctor" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand doctor" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and not __fish_seen_subcommand_from check show diff overlap merge convert from-hotspot ls push pull gc help" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and not __fish_seen_subcommand_from check show diff overlap merge convert from-hotspot ls push pull gc help" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and not __fish_seen_subcommand_from check show diff overlap merge convert from-hotspot ls push pull gc help" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and not __fish_seen_subcommand_from check show diff overlap merge convert from-hotspot ls push pull gc help" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and not __fish_seen_subcommand_from check show diff overlap merge convert from-hotspot ls push pull gc help" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and not __fish_seen_subcommand_from check show diff overlap merge convert from-hotspot ls push pull gc help" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and not __fish_seen_subcommand_from check show diff overlap merge convert from-hotspot ls push pull gc help" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and not __fish_seen_subcommand_from check show diff overlap merge convert from-hotspot ls push pull gc help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and not __fish_seen_subcommand_from check show diff overlap merge convert from-hotspot ls push pull gc help" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and not __fish_seen_subcommand_from check show diff overlap merge convert from-hotspot ls push pull gc help" -f -a "check" -d 'Say whether profiles are whole and worth using: good, suspect or broken, with the reasons'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and not __fish_seen_subcommand_from check show diff overlap merge convert from-hotspot ls push pull gc help" -f -a "show" -d 'Look into a profile: sizes, hottest methods, branches, call sites, a flame graph'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and not __fish_seen_subcommand_from check show diff overlap merge convert from-hotspot ls push pull gc help" -f -a "diff" -d 'Say what changed between two profiles: methods gained, lost and moved, branches that flipped'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and not __fish_seen_subcommand_from check show diff overlap merge convert from-hotspot ls push pull gc help" -f -a "overlap" -d 'Say how much profiles agree (0 to 100 %), as llvm-profdata counts it'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and not __fish_seen_subcommand_from check show diff overlap merge convert from-hotspot ls push pull gc help" -f -a "merge" -d 'Merge profiles by name; the same set gives the same bytes, whatever its order'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and not __fish_seen_subcommand_from check show diff overlap merge convert from-hotspot ls push pull gc help" -f -a "convert" -d 'Write a profile in another version, packed, or as JSON lines'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and not __fish_seen_subcommand_from check show diff overlap merge convert from-hotspot ls push pull gc help" -f -a "from-hotspot" -d 'Make a profile from what a JVM logged about a run with -XX:+PrintMethodData (experimental)'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and not __fish_seen_subcommand_from check show diff overlap merge convert from-hotspot ls push pull gc help" -f -a "ls" -d 'Show which profiles are in the store, by function and build'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and not __fish_seen_subcommand_from check show diff overlap merge convert from-hotspot ls push pull gc help" -f -a "push" -d 'Put the profiles that training gathered here into the store; what is there is not sent again'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and not __fish_seen_subcommand_from check show diff overlap merge convert from-hotspot ls push pull gc help" -f -a "pull" -d 'Get profiles out of the store, checked, to where training\'s own lie'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and not __fish_seen_subcommand_from check show diff overlap merge convert from-hotspot ls push pull gc help" -f -a "gc" -d 'Remove from the store what is no longer needed, never what is in use'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and not __fish_seen_subcommand_from check show diff overlap merge convert from-hotspot ls push pull gc help" -f -a "help" -d 'Print the help of a command'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from check" -l against -d 'A JAR (or folder of classes) that the profile should fit: says which share of the calls went to methods that are still there. Name the JARs of its libraries too (repeat). The folder of an image that pgoctl\'s optimizer built: says how much of the profile the build took' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from check" -l max-size -d 'Refuse profiles of more than this many MiB, unpacked (reading takes up to four times as much memory)' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from check" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from check" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from check" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from check" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from check" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from check" -l recursive -d 'Look into folders of folders too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from check" -l strict -d 'A suspect profile fails the check too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from check" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from show" -l package -d 'Only methods of this package (and the packages in it) or class' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from show" -l top -d 'How many of each kind' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from show" -l flamegraph -d 'Draw the samples as a flame graph (SVG) into this file; `-` is standard output, and then nothing else is said' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from show" -l folded -d 'Write the samples as folded stacks for other viewers into this file; `-` is standard output' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from show" -l max-size -d 'Refuse profiles of more than this many MiB, unpacked (reading takes up to four times as much memory)' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from show" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from show" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from show" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from show" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from show" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from show" -l application -d 'Only methods of the application and its libraries'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from diff" -l package -d 'Only methods of this package (and the packages in it) or class' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from diff" -l top -d 'How many of each kind' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from diff" -l least -d 'A branch counts as flipped only if it was reached at least so often on both sides' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from diff" -l max-size -d 'Refuse profiles of more than this many MiB, unpacked (reading takes up to four times as much memory)' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from diff" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from diff" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from diff" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from diff" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from diff" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from diff" -l application -d 'Only methods of the application and its libraries'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from diff" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from diff" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from diff" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from overlap" -l max-size -d 'Refuse profiles of more than this many MiB, unpacked (reading takes up to four times as much memory)' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from overlap" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from overlap" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from overlap" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from overlap" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from overlap" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from overlap" -l recursive -d 'Look into folders of folders too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from overlap" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from overlap" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from overlap" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from overlap" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from merge" -s o -l output -d 'Where the profile goes; `-` is standard output (what was done is then said on stderr). Packed if it ends in `.gz`' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from merge" -l normalize -d 'What every run is worth' -r -f -a "counts\t'Counts are added as they are: a run that did more weighs more'
runs\t'Every run weighs the same: its counts are scaled up to those of the run with the most calls (samples: the most samples), and its weight applies to that'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from merge" -l threads -d 'Threads that read (0: one for each core); the result does not depend on it' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from merge" -l max-size -d 'Refuse profiles of more than this many MiB, unpacked (reading takes up to four times as much memory)' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from merge" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from merge" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from merge" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from merge" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from merge" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from merge" -l gzip -d 'Compress the output'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from merge" -l strict -d 'Fail on a broken input instead of setting it aside'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from merge" -l recursive -d 'Look into folders of folders too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from merge" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from merge" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from merge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from merge" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from convert" -l to -d 'The version to write (0.2.0, 0.4.0, 1.0.0, 1.1.0), or `jsonl`: one context a line, with names instead of ids [default: the version that it has]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from convert" -s o -l output -d 'Where the profile goes; `-` is standard output (what was done is then said on stderr). Packed if it ends in `.gz`' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from convert" -l max-size -d 'Refuse profiles of more than this many MiB, unpacked (reading takes up to four times as much memory)' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from convert" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from convert" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from convert" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from convert" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from convert" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from convert" -l gzip -d 'Compress the output'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from convert" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from convert" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from convert" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from convert" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from from-hotspot" -s o -l output -d 'Where the profile goes; `-` is standard output (the report then goes to stderr). Packed if it ends in `.gz`' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from from-hotspot" -l to -d 'The version to write: 1.0.0, or 1.1.0, which also has the types that `instanceof` and casts saw' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from from-hotspot" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from from-hotspot" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from from-hotspot" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from from-hotspot" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from from-hotspot" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from from-hotspot" -l gzip -d 'Compress the output'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from from-hotspot" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from from-hotspot" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from from-hotspot" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from from-hotspot" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from ls" -l store -d 'The store: a folder, or s3://BUCKET[/PREFIX] [default: .pgoctl/serve/store]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from ls" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from ls" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from ls" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from ls" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from ls" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from ls" -l pull-only -d 'Refuse whatever would write to the store, before it is tried'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from ls" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from ls" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from ls" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from push" -l store -d 'The store: a folder, or s3://BUCKET[/PREFIX] [default: .pgoctl/serve/store]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from push" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from push" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from push" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from push" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from push" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from push" -l pull-only -d 'Refuse whatever would write to the store, before it is tried'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from push" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from push" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from push" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from push" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from pull" -l store -d 'The store: a folder, or s3://BUCKET[/PREFIX] [default: .pgoctl/serve/store]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from pull" -l build -d 'Only those that this image left (`profile ls` shows its name)' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from pull" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from pull" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from pull" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from pull" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from pull" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from pull" -l pull-only -d 'Refuse whatever would write to the store, before it is tried'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from pull" -l all -d 'Of every function that has any, not only of those in pgoctl.toml'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from pull" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from pull" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from pull" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from pull" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from gc" -l store -d 'The store: a folder, or s3://BUCKET[/PREFIX] [default: .pgoctl/serve/store]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from gc" -l keep -d 'The profiles of the N newest builds of each function stay' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from gc" -l older-than -d 'Only what is older goes: 30d, 12h' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from gc" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from gc" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from gc" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from gc" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from gc" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from gc" -l pull-only -d 'Refuse whatever would write to the store, before it is tried'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from gc" -l dry-run -d 'Say what would go, and remove nothing'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from gc" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from gc" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from gc" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from gc" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from help" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from help" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from help" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from help" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from help" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from help" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from help" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand profile; and __fish_seen_subcommand_from help" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand store; and not __fish_seen_subcommand_from verify help" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand store; and not __fish_seen_subcommand_from verify help" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand store; and not __fish_seen_subcommand_from verify help" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand store; and not __fish_seen_subcommand_from verify help" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand store; and not __fish_seen_subcommand_from verify help" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand store; and not __fish_seen_subcommand_from verify help" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand store; and not __fish_seen_subcommand_from verify help" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand store; and not __fish_seen_subcommand_from verify help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand store; and not __fish_seen_subcommand_from verify help" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand store; and not __fish_seen_subcommand_from verify help" -f -a "verify" -d 'Read everything in the store, and say what is not as it should be'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand store; and not __fish_seen_subcommand_from verify help" -f -a "help" -d 'Print the help of a command'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand store; and __fish_seen_subcommand_from verify" -l store -d 'The store: a folder, or s3://BUCKET[/PREFIX] [default: .pgoctl/serve/store]' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand store; and __fish_seen_subcommand_from verify" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand store; and __fish_seen_subcommand_from verify" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand store; and __fish_seen_subcommand_from verify" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand store; and __fish_seen_subcommand_from verify" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand store; and __fish_seen_subcommand_from verify" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand store; and __fish_seen_subcommand_from verify" -l pull-only -d 'Refuse whatever would write to the store, before it is tried'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand store; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand store; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand store; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand store; and __fish_seen_subcommand_from verify" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand store; and __fish_seen_subcommand_from help" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand store; and __fish_seen_subcommand_from help" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand store; and __fish_seen_subcommand_from help" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand store; and __fish_seen_subcommand_from help" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand store; and __fish_seen_subcommand_from help" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand store; and __fish_seen_subcommand_from help" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand store; and __fish_seen_subcommand_from help" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand store; and __fish_seen_subcommand_from help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand store; and __fish_seen_subcommand_from help" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and not __fish_seen_subcommand_from list which install help" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and not __fish_seen_subcommand_from list which install help" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and not __fish_seen_subcommand_from list which install help" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and not __fish_seen_subcommand_from list which install help" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and not __fish_seen_subcommand_from list which install help" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and not __fish_seen_subcommand_from list which install help" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and not __fish_seen_subcommand_from list which install help" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and not __fish_seen_subcommand_from list which install help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and not __fish_seen_subcommand_from list which install help" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and not __fish_seen_subcommand_from list which install help" -f -a "list" -d 'Show every JDK and GraalVM that pgoctl finds, in the order in which it would choose'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and not __fish_seen_subcommand_from list which install help" -f -a "which" -d 'Print the home of the one that would be used'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and not __fish_seen_subcommand_from list which install help" -f -a "install" -d 'Download an Oracle GraalVM, check it, and put it where pgoctl finds it'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and not __fish_seen_subcommand_from list which install help" -f -a "help" -d 'Print the help of a command'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from list" -l graalvm-home -d 'The GraalVM to use [default: GRAALVM_HOME, JAVA_HOME, PATH]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from list" -l java-home -d 'The JDK of the HotSpot variants [default: the GraalVM\'s own, JAVA_HOME, PATH]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from list" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from list" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from list" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from list" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from list" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from which" -l graalvm-home -d 'The GraalVM to use [default: GRAALVM_HOME, JAVA_HOME, PATH]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from which" -l java-home -d 'The JDK of the HotSpot variants [default: the GraalVM\'s own, JAVA_HOME, PATH]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from which" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from which" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from which" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from which" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from which" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from which" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from which" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from which" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from which" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from install" -l base-url -d 'The download site' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from install" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from install" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from install" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from install" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from install" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from install" -l accept-licence -d 'Accept the GraalVM Free Terms and Conditions'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from install" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from install" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from install" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from install" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from help" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from help" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from help" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from help" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from help" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from help" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from help" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand toolchain; and __fish_seen_subcommand_from help" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand schema" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand schema" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand schema" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand schema" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand schema" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand schema" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand schema" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand schema" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand man" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand man" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand man" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand man" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand man" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand man" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand man" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand man" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand completions" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand completions" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand completions" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand completions" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand completions" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand completions" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand completions" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand completions" -s V -l version -d 'Print version'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand help" -l config -d 'The configuration file, or its folder [default: pgoctl.toml]' -r -F
complete -c pgoctl -n "__fish_pgoctl_using_subcommand help" -l function -d 'The function, where the file has several' -r
complete -c pgoctl -n "__fish_pgoctl_using_subcommand help" -l format -d 'The format of the result' -r -f -a "table\t'For a person at a terminal'
json\t'The contract, for programs'
csv\t'One line for each variant and metric'
markdown\t'For a pull request'
html\t'One page with plots that needs nothing else'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand help" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`'
always\t'Always'
never\t'Never'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand help" -l progress -d 'How to show on stderr what goes on' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
json\t'One JSON object a line'"
complete -c pgoctl -n "__fish_pgoctl_using_subcommand help" -s q -l quiet -d 'Errors and warnings only'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand help" -s v -l verbose -d 'Each external command too'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c pgoctl -n "__fish_pgoctl_using_subcommand help" -s V -l version -d 'Print version'
