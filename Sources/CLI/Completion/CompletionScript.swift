/// The scripts that shells load; each asks the hidden command `__complete` for what may stand there.
///
/// The hidden command gets the shell's name and all words up to the cursor, and answers with a line that says what
/// to do, then a candidate a line (``Completion``). So the scripts never have to be made anew.
enum CompletionScript {
    /// The shells that there is a script for.
    enum Shell: String, CaseIterable {
        case bash, zsh, fish
    }

    /// The script of a shell.
    static func text(for shell: Shell) -> String {
        switch shell {
        case .bash: bash
        case .zsh: zsh
        case .fish: fish
        }
    }

    /// bash cuts words at `:` and `=` and wants only the part behind; the words are put together again first.
    private static let bash = #"""
        # bash completion for bayplan; made by `bayplan completion bash`.
        _bayplan() {
            local rest=${COMP_LINE:0:COMP_POINT} words=() word stripped i
            for ((i = 0; i <= COMP_CWORD; i++)); do
                word=${COMP_WORDS[i]}
                stripped=${rest#"${rest%%[![:space:]]*}"}
                ((i < COMP_CWORD)) || word=$stripped
                if [[ ${#words[@]} -gt 0 && $stripped == "$rest" ]]; then
                    words[${#words[@]} - 1]+=$word
                else
                    words+=("$word")
                fi
                rest=${stripped#"$word"}
            done
            local current=${words[${#words[@]} - 1]} breaks= mark prefix= lines=() line
            for mark in = : @; do
                [[ $COMP_WORDBREAKS == *"$mark"* ]] && breaks+=$mark
            done
            [[ -n $breaks ]] && prefix=${current%"${current##*[$breaks]}"}
            prefix=${prefix#[\"\']}
            while IFS= read -r line; do
                lines+=("$line")
            done < <(command bayplan __complete bash "${words[@]:1}" 2>/dev/null)
            COMPREPLY=()
            case ${lines[0]-} in
                files)
                    compopt -o filenames 2>/dev/null
                    while IFS= read -r line; do
                        COMPREPLY+=("$line")
                    done < <(compgen -f -- "${current#"$prefix"}")
                    return
                    ;;
                open) compopt -o nospace 2>/dev/null ;;
            esac
            for line in "${lines[@]:1}"; do
                COMPREPLY+=("${line#"$prefix"}")
            done
        }
        complete -F _bayplan bayplan

        """#

    private static let zsh = #"""
        #compdef bayplan
        # zsh completion for bayplan; made by `bayplan completion zsh`.
        _bayplan() {
            local -a answer names descriptions
            local line
            answer=("${(@f)$(command bayplan __complete zsh "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
            case ${answer[1]} in
                files)
                    compset -P '--*='
                    _files
                    return
                    ;;
            esac
            for line in "${(@)answer[2,-1]}"; do
                [[ -n $line ]] || continue
                names+=("${line%%$'\t'*}")
                descriptions+=("${line/$'\t'/  -- }")
            done
            (( ${#names} )) || return 1
            if [[ ${answer[1]} == open ]]; then
                compadd -S '' -l -d descriptions -a names
            else
                compadd -l -d descriptions -a names
            fi
        }
        if [[ ${funcstack[1]} == _bayplan ]]; then
            _bayplan "$@"
        else
            compdef _bayplan bayplan
        fi

        """#

    private static let fish = #"""
        # fish completion for bayplan; made by `bayplan completion fish`.
        function __bayplan_complete
            set -l words (commandline -opc)
            set -e words[1]
            set -l current (commandline -ct)
            set -l answer (command bayplan __complete fish $words "$current" 2>/dev/null)
            if test "$answer[1]" = files
                set -l path (string replace -r -- '^--[a-z-]+=' '' "$current")
                set -l flag (string match -r -- '^--[a-z-]+=' "$current")
                for file in (__fish_complete_path "$path")
                    echo -- "$flag$file"
                end
                return
            end
            set -e answer[1]
            for line in $answer
                echo -- $line
            end
        end
        complete -c bayplan -e
        complete -c bayplan -f -a '(__bayplan_complete)'

        """#
}
