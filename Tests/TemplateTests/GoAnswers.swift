/// What Go 1.19's own `text/template` answers, recorded by `scripts/templates/record.go`.
enum GoAnswers {
    /// One JSON object a line: the template, and its output or error.
    static let lines = ##"""
        {"output":"plain text","template":"plain text"}
        {"output":"web","template":"{{.Name}}"}
        {"output":"web and 3","template":"{{ .Name }} and {{.Count}}"}
        {"output":"awebb","template":"a {{- .Name -}} b"}
        {"output":"ab","template":"a   {{- /* comment */ -}}   b"}
        {"output":"x","template":"{{/* comment */}}x"}
        {"output":"<no value>","template":"{{.Missing}}"}
        {"output":"<no value>","template":"{{.Missing.Deeper}}"}
        {"output":"<no value>","template":"{{.Nil}}"}
        {"output":"map[a:1 k:v z:map[deep:true]]","template":"{{.Map}}"}
        {"output":"true","template":"{{.Map.z.deep}}"}
        {"error":"template: :1:6: executing \"\" at <.Map.k.x>: can't evaluate field x in type interface {}","template":"{{.Map.k.x}}"}
        {"output":"[a b c]","template":"{{.List}}"}
        {"output":"[3 1 2]","template":"{{.Numbers}}"}
        {"output":"[]","template":"{{.None}}"}
        {"output":"1.5 1e-07 1e+21 1234567","template":"{{.Ratio}} {{.Tiny}} {{.Huge}} {{.Big}}"}
        {"output":"quoted \"text\" \t\nAéA","template":"{{\"quoted \\\"text\\\" \\t\\n\\x41\\u00e9\\101\"}}"}
        {"output":"raw \\n text","template":"{{`raw \\n text`}}"}
        {"output":"97 10 233","template":"{{'a'}} {{'\\n'}} {{'é'}}"}
        {"output":"1 -5 7 31 5 15 15 1000","template":"{{1}} {{-5}} {{+7}} {{0x1F}} {{0b101}} {{0o17}} {{017}} {{1_000}}"}
        {"output":"1.5 1000 0.5 1e+100 2 16","template":"{{1.5}} {{1e3}} {{.5}} {{1e100}} {{2.0}} {{0x1p4}}"}
        {"output":"true false","template":"{{true}} {{false}}"}
        {"output":"web-web","template":"{{$x := .Name}}{{$x}}-{{$x}}"}
        {"output":"2","template":"{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}"}
        {"output":"21","template":"{{$x := 1}}{{if true}}{{$x := 2}}{{$x}}{{end}}{{$x}}"}
        {"output":"map[Big:1234567 Control:a\tb\nc\u0001 Count:3 Empty: Huge:1e+21 List:[a b c] Map:map[a:1 k:v z:map[deep:true]] Mark:<a href='x'>&\"\\ Minus:-42 Name:web Nil:<nil> None:[] Numbers:[3 1 2] Off:false On:true Path:/usr/local/bin Ratio:1.5 Tiny:1e-07 Wide:größe 日本]","template":"{{$}}"}
        {"output":"web","template":"{{$.Name}}"}
        {"output":"vweb","template":"{{with .Map}}{{.k}}{{$.Name}}{{end}}"}
        {"output":"no","template":"{{with .Missing}}yes{{else}}no{{end}}"}
        {"output":"v","template":"{{with $m := .Map}}{{$m.k}}{{end}}"}
        {"output":"onnot","template":"{{if .On}}on{{end}}{{if .Off}}off{{else}}not{{end}}"}
        {"output":"c","template":"{{if .Empty}}a{{else if .None}}b{{else if .Count}}c{{else}}d{{end}}"}
        {"output":"b","template":"{{if .Nil}}a{{else}}b{{end}}"}
        {"output":"bbb","template":"{{if 0}}a{{else}}b{{end}}{{if 0.0}}a{{else}}b{{end}}{{if \"\"}}a{{else}}b{{end}}"}
        {"output":"a,b,c,","template":"{{range .List}}{{.}},{{end}}"}
        {"output":"0=a;1=b;2=c;","template":"{{range $i, $e := .List}}{{$i}}={{$e}};{{end}}"}
        {"output":"abc","template":"{{range $e := .List}}{{$e}}{{end}}"}
        {"output":"a:1 k:v z:map[deep:true] ","template":"{{range $k, $v := .Map}}{{$k}}:{{$v}} {{end}}"}
        {"output":"empty","template":"{{range .None}}x{{else}}empty{{end}}"}
        {"output":"empty","template":"{{range .Missing}}x{{else}}empty{{end}}"}
        {"error":"template: :1:8: executing \"\" at <.Name>: range can't iterate over web","template":"{{range .Name}}x{{end}}"}
        {"output":"32","template":"{{range .Numbers}}{{if eq . 1}}{{continue}}{{end}}{{.}}{{end}}"}
        {"output":"3","template":"{{range .Numbers}}{{if eq . 1}}{{break}}{{end}}{{.}}{{end}}"}
        {"output":"3a3b3c","template":"{{range .List}}{{range $.Numbers}}{{if eq . 1}}{{break}}{{end}}{{.}}{{end}}{{.}}{{end}}"}
        {"error":"template: :1: {{break}} outside {{range}}","template":"{{break}}"}
        {"output":"[web][3]","template":"{{define \"x\"}}[{{.}}]{{end}}{{template \"x\" .Name}}{{template \"x\" .Count}}"}
        {"output":"<no value>","template":"{{define \"x\"}}{{$}}{{end}}{{template \"x\"}}"}
        {"error":"template: :1:11: executing \"\" at <{{template \"missing\"}}>: template \"missing\" not defined","template":"{{template \"missing\"}}"}
        {"output":"<v>","template":"{{block \"b\" .Map}}<{{.k}}>{{end}}"}
        {"output":"b1","template":"{{define \"a\"}}{{template \"b\" .}}{{end}}{{define \"b\"}}b{{.}}{{end}}{{template \"a\" 1}}"}
        {"error":"template: :1:21: executing \"x\" at <.Nope.Name>: can't evaluate field Nope in type int","template":"{{define \"x\"}}{{.Nope.Name}}{{end}}{{template \"x\" 5}}"}
        {"output":"a-web","template":"{{.Name | printf \"%s-%s\" \"a\"}}"}
        {"output":"\"WEB\"","template":"{{.Name | upper | printf \"%q\"}}"}
        {"output":"web true","template":"{{(.Name)}} {{(index .Map \"z\").deep}}"}
        {"output":"true","template":"{{(.Map.z).deep}}"}
        {"output":"1 2ab3 4 <nil> true","template":"{{print 1 2 \"a\" \"b\" 3 4 nil true}}"}
        {"output":"1 2 a\n","template":"{{println 1 2 \"a\"}}"}
        {"output":"web 3 3 true","template":"{{printf \"%s %v %d %t\" .Name .Count .Count .On}}"}
        {"output":"   42|42   |00042|+42| 42","template":"{{printf \"%5d|%-5d|%05d|%+d|% d\" 42 42 42 42 42}}"}
        {"output":"  -42|-42  |-0042|-42|-42","template":"{{printf \"%5d|%-5d|%05d|%+d|% d\" -42 -42 -42 -42 -42}}"}
        {"output":"ff FF 0xff 10 010 0o10 101 0b101 A 'A' U+0041 U+0041 'A'","template":"{{printf \"%x %X %#x %o %#o %O %b %#b %c %q %U %#U\" 255 255 255 8 8 8 5 5 65 65 65 65}}"}
        {"output":"007|     007|     007|","template":"{{printf \"%.3d|%8.3d|%08.3d|%.0d\" 7 7 7 0}}"}
        {"output":"abc|       abc|abc       |ab|        ab|00abc","template":"{{printf \"%s|%10s|%-10s|%.2s|%10.2s|%05s\" \"abc\" \"abc\" \"abc\" \"abc\" \"abc\" \"abc\"}}"}
        {"output":"größe 日本            |            größe 日本","template":"{{printf \"%-20s|%20s\" .Wide .Wide}}"}
        {"output":"\"größe 日本\" \"gr\\u00f6\\u00dfe \\u65e5\\u672c\" `web` \"a`b\"","template":"{{printf \"%q %+q %#q %#q\" .Wide .Wide .Name \"a`b\"}}"}
        {"output":"68656c6c6f 68656C6C6F 68 65 6c 6c 6f 0x68656c6c6f 0x68 0x65 0x6c 0x6c 0x6f","template":"{{printf \"%x %X % x %#x % #x\" \"hello\" \"hello\" \"hello\" \"hello\" \"hello\"}}"}
        {"output":"3.141590 3.14    3.142|3.1     |00003.14|+3.1|3.141590e+04|3.142e+04|3.141590E+04|31415.9|1E+20","template":"{{printf \"%f %.2f %8.3f|%-8.1f|%08.2f|%+.1f|%e|%.3e|%E|%g|%G\" 3.14159 3.14159 3.14159 3.14159 3.14159 3.14159 31415.9 31415.9 31415.9 31415.9 1e20}}"}
        {"output":"100000 1e+06 1.234567e+06 0.0001 1e-05 1.23e+03 1234.5678","template":"{{printf \"%g %g %g %g %g %.3g %.10g\" 100000.0 1000000.0 1234567.0 0.0001 0.00001 1234.5678 1234.5678}}"}
        {"output":"0 2 2 4 0.2 0.3","template":"{{printf \"%.0f %.0f %.0f %.0f %.1f %.1f\" 0.5 1.5 2.5 3.5 0.25 0.35}}"}
        {"output":"1e+06 100000 1.23456789e+08 1e-05","template":"{{printf \"%v %v %v %v\" 1e6 1e5 123456789.0 1e-5}}"}
        {"output":"0.10000000000000000555","template":"{{printf \"%.20f\" 0.1}}"}
        {"output":"1000000000000000052504760255204420248704468581108159154915854115511802457988908195786371375080447864043704443832883878176942523235360430575644792184786706982848387200926575803737830233794788090059368953234970799945081119038967640880074652742780142494579258788820056842838115669472196386865459400540160.000000","template":"{{printf \"%f\" 1e300}}"}
        {"output":" 12.35%","template":"{{printf \"%6.2f%%\" 12.345}}"}
        {"output":"true false","template":"{{printf \"%t %v\" true false}}"}
        {"output":"%!d(string=x) %!s(int=5) %!t(int=1) %!z(int=1) %!d(float64=1.5)","template":"{{printf \"%d\" \"x\"}} {{printf \"%s\" 5}} {{printf \"%t\" 1}} {{printf \"%z\" 1}} {{printf \"%d\" 1.5}}"}
        {"output":"1 %!d(MISSING) 1%!(EXTRA int=2, string=x) %!(NOVERB) %!!(int=1)","template":"{{printf \"%d %d\" 1}} {{printf \"%d\" 1 2 \"x\"}} {{printf \"%\"}} {{printf \"%!\" 1}}"}
        {"output":"2 1 %!d(BADINDEX) %!d(BADINDEX)","template":"{{printf \"%[2]d %[1]d\" 1 2}} {{printf \"%[3]d\" 1}} {{printf \"%[x]d\" 1}}"}
        {"output":"   42|42   |3.14 %!(BADWIDTH)1","template":"{{printf \"%*d|%-*d|%.*f\" 5 42 5 42 2 3.14159}} {{printf \"%*d\" \"x\" 1}}"}
        {"output":"[a b c] [a b c] [3 1 2] [\"a\" \"b\" \"c\"]","template":"{{printf \"%v %s %d %q\" .List .List .Numbers .List}}"}
        {"output":"map[a:1 k:v z:map[deep:true]] map[a:1 k:v z:map[deep:true]]","template":"{{printf \"%v %+v\" .Map .Map}}"}
        {"output":"<nil> %!s(<nil>) %!d(<nil>)","template":"{{printf \"%v %s %d\" nil nil nil}}"}
        {"output":"int string float64 bool map[string]interface {}","template":"{{printf \"%T %T %T %T %T\" 1 \"a\" 1.5 true .Map}}"}
        {"output":"     1|2     |000003   true|false ","template":"{{printf \"%6v|%-6v|%06v\" 1 2 3}} {{printf \"%6v|%-6t\" true false}}"}
        {"output":" true|<nil>","template":"{{printf \"%5t|%5v\" true nil}}"}
        {"output":"3 3 3 14","template":"{{len .Name}} {{len .List}} {{len .Map}} {{len .Wide}}"}
        {"error":"template: :1:2: executing \"\" at <len 3>: error calling len: len of type int","template":"{{len 3}}"}
        {"output":"a c v <no value> true","template":"{{index .List 0}} {{index .List 2}} {{index .Map \"k\"}} {{index .Map \"nope\"}} {{index .Map \"z\" \"deep\"}}"}
        {"error":"template: :1:2: executing \"\" at <index .List 3>: error calling index: reflect: slice index out of range","template":"{{index .List 3}}"}
        {"error":"template: :1:2: executing \"\" at <index .List -1>: error calling index: index out of range: -1","template":"{{index .List -1}}"}
        {"error":"template: :1:2: executing \"\" at <index .List \"a\">: error calling index: cannot index slice/array with type string","template":"{{index .List \"a\"}}"}
        {"error":"template: :1:2: executing \"\" at <index .Map 1>: error calling index: value has type int; should be string","template":"{{index .Map 1}}"}
        {"output":"119","template":"{{index .Name 0}}"}
        {"error":"template: :1:2: executing \"\" at <index .Nil 0>: error calling index: index of untyped nil","template":"{{index .Nil 0}}"}
        {"error":"template: :1:2: executing \"\" at <index 5 0>: error calling index: can't index item of type int","template":"{{index 5 0}}"}
        {"output":"[a b c]","template":"{{index .List}}"}
        {"error":"template: :1:2: executing \"\" at <index>: wrong number of args for index: want at least 1 got 0","template":"{{index}}"}
        {"output":"eb e [b] web","template":"{{slice .Name 1}} {{slice .Name 1 2}} {{slice .List 1 2}} {{slice .Name}}"}
        {"error":"template: :1:2: executing \"\" at <slice .Name 2 1>: error calling slice: invalid slice index: 2 > 1","template":"{{slice .Name 2 1}}"}
        {"error":"template: :1:2: executing \"\" at <slice .Name 5>: error calling slice: index out of range: 5","template":"{{slice .Name 5}}"}
        {"error":"template: :1:2: executing \"\" at <slice .Name 0 1 2>: error calling slice: cannot 3-index slice a string","template":"{{slice .Name 0 1 2}}"}
        {"error":"template: :1:2: executing \"\" at <slice .Count 1>: error calling slice: can't slice item of type int","template":"{{slice .Count 1}}"}
        {"output":"true true true false true true","template":"{{eq .Name \"web\"}} {{eq .Count 3}} {{eq .Count 1 2 3}} {{ne .Count 3}} {{eq .On true}} {{eq .Ratio 1.5}}"}
        {"output":"true true false true true true","template":"{{lt 1 2}} {{le 2 2}} {{gt 1 2}} {{ge 2 2}} {{lt \"a\" \"b\"}} {{lt 1.5 2.5}}"}
        {"error":"template: :1:2: executing \"\" at <eq 1 \"a\">: error calling eq: incompatible types for comparison","template":"{{eq 1 \"a\"}}"}
        {"error":"template: :1:2: executing \"\" at <lt 1 \"a\">: error calling lt: incompatible types for comparison","template":"{{lt 1 \"a\"}}"}
        {"error":"template: :1:2: executing \"\" at <eq .List .List>: error calling eq: non-comparable type [a b c]: []interface {}","template":"{{eq .List .List}}"}
        {"error":"template: :1:2: executing \"\" at <lt true false>: error calling lt: invalid type for comparison","template":"{{lt true false}}"}
        {"error":"template: :1:2: executing \"\" at <eq 1>: error calling eq: missing argument for comparison","template":"{{eq 1}}"}
        {"output":"true false","template":"{{eq .Nil nil}} {{eq .Nil 1}}"}
        {"output":"false 2 x  false true","template":"{{and true false}} {{and 1 2}} {{or \"\" \"x\"}} {{or 0 \"\"}} {{not true}} {{not \"\"}}"}
        {"output":"false true","template":"{{and .Off .Missing.Deep.X}} {{or .On (index .List 99)}}"}
        {"error":"template: :1:2: executing \"\" at <and>: wrong number of args for and: want at least 1 got 0","template":"{{and}}"}
        {"error":"template: :1:2: executing \"\" at <not>: wrong number of args for not: want 1 got 2","template":"{{not 1 2}}"}
        {"output":"&lt;a href=&#39;x&#39;&gt;&amp;&#34;\\ \\u003Ca href\\u003D\\'x\\'\\u003E\\u0026\\\"\\\\ %3Ca+href%3D%27x%27%3E%26%22%5C","template":"{{html .Mark}} {{js .Mark}} {{urlquery .Mark}}"}
        {"output":"&lt;a href=&#39;x&#39;&gt;&amp;&#34;\\ a+b%2Fusr%2Flocal%2Fbin a\\u0009b\\u000Ac\\u0001","template":"{{.Mark | html}} {{urlquery \"a b\" .Path}} {{js .Control}}"}
        {"error":"template: :1:2: executing \"\" at <call .Name>: error calling call: non-function of type string","template":"{{call .Name}}"}
        {"error":"template: :1:2: executing \"\" at <call nil>: error calling call: call of nil","template":"{{call nil}}"}
        {"output":"{\"Big\":1234567,\"Control\":\"a\\tb\\nc\\u0001\",\"Count\":3,\"Empty\":\"\",\"Huge\":1e+21,\"List\":[\"a\",\"b\",\"c\"],\"Map\":{\"a\":1,\"k\":\"v\",\"z\":{\"deep\":true}},\"Mark\":\"<a href='x'>&\\\"\\\\\",\"Minus\":-42,\"Name\":\"web\",\"Nil\":null,\"None\":[],\"Numbers\":[3,1,2],\"Off\":false,\"On\":true,\"Path\":\"/usr/local/bin\",\"Ratio\":1.5,\"Tiny\":1e-7,\"Wide\":\"größe 日本\"}","template":"{{json .}}"}
        {"output":"\"web\" {\"a\":1,\"k\":\"v\",\"z\":{\"deep\":true}} [\"a\",\"b\",\"c\"] null [] 1.5","template":"{{json .Name}} {{json .Map}} {{json .List}} {{json .Nil}} {{json .None}} {{json .Ratio}}"}
        {"output":"\"<a href='x'>&\\\"\\\\\" \"a\\tb\\nc\\u0001\" \"größe 日本\" 1e-7 1e+21","template":"{{json .Mark}} {{json .Control}} {{json .Wide}} {{json .Tiny}} {{json .Huge}}"}
        {"output":"[ usr local bin] usr 1 [a b c]","template":"{{split .Path \"/\"}} {{index (split .Path \"/\") 1}} {{len (split \"\" \"/\")}} {{split \"abc\" \"\"}}"}
        {"output":"-usr-local-bin [\"\" \"usr\" \"local\" \"bin\"]","template":"{{join (split .Path \"/\") \"-\"}} {{split .Path \"/\" | printf \"%q\"}}"}
        {"output":"<a><b><c>","template":"{{range split \"a,b,c\" \",\"}}<{{.}}>{{end}}"}
        {"output":"Hello WORLD Foo-Bar It'S Ünder_score GRÖßE 日本 àb STRAßE","template":"{{title \"hello wORLD foo-bar it's ünder_score\"}} {{upper .Wide}} {{lower \"ÀB\"}} {{upper \"straße\"}}"}
        {"output":"  web   | |","template":"{{pad .Name 2 3}}| {{pad \"\" 2 3}}|"}
        {"output":"we web |","template":"{{truncate .Name 2}} {{truncate .Name 10}} {{truncate .Path 0}}|"}
        {"error":"template: :1:2: executing \"\" at <truncate .Name -1>: error calling truncate: runtime error: slice bounds out of range [:-1]","template":"{{truncate .Name -1}}"}
        {"error":"template: :1:17: executing \"\" at <\"x\">: expected integer; found \"x\"","template":"{{truncate .Name \"x\"}}"}
        {"error":"template: :1:11: executing \"\" at <.Count>: wrong type for value; expected string; got int","template":"{{truncate .Count 2}}"}
        {"error":"template: :1:2: executing \"\" at <truncate>: wrong number of args for truncate: want 2 got 1","template":"{{truncate \"x\"}}"}
        {"error":"template: :1:8: executing \"\" at <5>: expected string; found 5","template":"{{upper 5}}"}
        {"error":"template: :1:8: executing \"\" at <.Count>: wrong type for value; expected string; got int","template":"{{upper .Count}}"}
        {"error":"template: :1:8: executing \"\" at <nil>: cannot assign nil to string","template":"{{upper nil}}"}
        {"error":"template: :1:8: executing \"\" at <.Missing>: invalid value; expected string","template":"{{upper .Missing}}"}
        {"error":"template: :1:7: executing \"\" at <.Name>: wrong type for value; expected []string; got string","template":"{{join .Name \",\"}}"}
        {"error":"template: :1:2: executing \"\" at <split>: wrong number of args for split: want 2 got 1","template":"{{split .Path}}"}
        {"error":"template: :1:2: executing \"\" at <.Name>: Name is not a method but has arguments","template":"{{.Name \"x\"}}"}
        {"error":"template: :1:7: executing \"\" at <.Name.First>: can't evaluate field First in type interface {}","template":"{{.Name.First}}"}
        {"error":"template: :1:8: executing \"\" at <.Count.First>: can't evaluate field First in type interface {}","template":"{{.Count.First}}"}
        {"error":"template: :1:2: executing \"\" at <1>: can't give argument to non-function 1","template":"{{1 2}}"}
        {"error":"template: :1:2: executing \"\" at <nil>: nil is not a command","template":"{{nil}}"}
        {"error":"template: :1:2: executing \"\" at <\"a\">: can't give argument to non-function \"a\"","template":"{{\"a\" \"b\"}}"}
        {"error":"template: :1:10: executing \"\" at <.Count>: Count is not a method but has arguments","template":"{{.Name | .Count}}"}
        {"output":"false","template":"{{true | not}}"}
        {"error":"template: :1: non executable command in pipeline stage 2","template":"{{1 | 2}}"}
        {"error":"template: :1: undefined variable \"$undefined\"","template":"{{$undefined}}"}
        {"error":"template: :1: function \"nope\" not defined","template":"{{nope .Name}}"}
        {"error":"template: :1: unclosed action","template":"{{.Name"}
        {"error":"template: :1: unclosed action","template":"{{"}
        {"error":"template: :1: missing value for command","template":"{{}}"}
        {"error":"template: :1: missing value for command","template":"{{ }}"}
        {"error":"template: :1: bad character U+007D '}'","template":"{{.Name}"}
        {"error":"template: :1: missing value for if","template":"{{if}}x{{end}}"}
        {"error":"template: :1: unexpected EOF","template":"{{if .On}}"}
        {"error":"template: :1: unexpected {{end}}","template":"{{end}}"}
        {"error":"template: :1: unexpected {{else}}","template":"{{else}}"}
        {"error":"template: :1: expected end; found {{else}}","template":"{{if .On}}{{else}}{{else}}{{end}}"}
        {"error":"template: :1: unexpected EOF","template":"{{range .List}}"}
        {"error":"template: :1: unterminated quoted string","template":"{{\"unterminated}}"}
        {"error":"template: :1: unterminated character constant","template":"{{'unterminated}}"}
        {"error":"template: :1: unterminated raw quoted string","template":"{{`unterminated}}"}
        {"error":"template: :1: unclosed comment","template":"{{/* unclosed"}
        {"error":"template: :1: comment ends before closing delimiter","template":"{{/* a */ b}}"}
        {"error":"template: :1: invalid syntax","template":"{{\"\\z\"}}"}
        {"error":"template: :1: malformed character constant: 'ab'","template":"{{'ab'}}"}
        {"error":"template: :1: bad number syntax: \"1a\"","template":"{{1a}}"}
        {"error":"template: :1: illegal number syntax: \"0x\"","template":"{{0x}}"}
        {"error":"template: :1: unexpected \")\" in command","template":"{{.Name)}}"}
        {"error":"template: :1: unclosed left paren","template":"{{(.Name}}"}
        {"error":"template: :1: missing value for parenthesized pipeline","template":"{{().Name}}"}
        {"error":"template: :1: unexpected \"&\" in operand","template":"{{.Name & .Count}}"}
        {"error":"template: :1: bad character U+0023 '#'","template":"{{.Name#}}"}
        {"error":"template: :1: too many declarations in command","template":"{{$x, $y := .Map}}"}
        {"error":"template: :1: too many declarations in range","template":"{{range $a, $b, $c := .List}}{{end}}"}
        {"error":"template: :1: range can only initialize variables","template":"{{range $a, 5 := .List}}{{end}}"}
        {"error":"template: :1: integer overflow: \"99999999999999999999\"","template":"{{99999999999999999999}}"}
        {"output":"9223372036854775807 -9223372036854775808","template":"{{9223372036854775807}} {{-9223372036854775808}}"}
        {"error":"template: :1: unexpected \"}}\" in define clause","template":"{{define}}x{{end}}"}
        {"error":"template: :1: template: multiple definition of template \"x\"","template":"{{define \"x\"}}a{{end}}{{define \"x\"}}b{{end}}"}
        {"error":"template: :1: unexpected \"}}\" in template clause","template":"{{template}}"}
        {"error":"template: :1: unexpected \"|\" in template clause","template":"{{template \"x\" | 5}}"}
        {"error":"template: :1: unexpected <.> in operand","template":"{{.}}.{{..}}"}
        {"error":"template: :1:2: executing \"\" at <.>: can't give argument to non-function .","template":"{{. .}}"}
        {"error":"template: :1: unexpected <.> in operand","template":"{{.Map.}}"}
        {"error":"template: :1: unexpected . after term \"\\\"a\\\"\"","template":"{{\"a\".b}}"}
        {"error":"template: :1: unexpected . after term \"true\"","template":"{{true.b}}"}
        {"error":"template: :1:2: executing \"\" at <printf>: wrong number of args for printf: want at least 1 got 0","template":"{{printf}}"}
        {"error":"template: :1:9: executing \"\" at <5>: expected string; found 5","template":"{{printf 5}}"}
        {"output":"|\n","template":"{{print}}|{{println}}"}
        {"error":"template: :1:27: executing \"\" at <.Name.X>: can't evaluate field X in type interface {}","template":"x{{\"\\n\"}}{{.Nope.X}}{{.Name.X}}"}
        {"error":"template: :1: illegal number syntax: \"-\"","template":"{{ - 3}}"}
        {"output":"-3","template":"{{-3}}"}
        {"output":"3","template":"{{- 3 -}}"}
        {"output":"3x","template":"{{3 -}} x"}
        {"output":"web{{}}","template":"{{.Name}}{{\"{{\"}}{{\"}}\"}}"}
        {"output":"                     3 web 1.5|","template":"{{printf \"%d %s %v\" .Count .Name .Ratio | printf \"%30s|\"}}"}
        {"output":"14 日😀","template":"{{len (printf \"%s\" .Wide)}} {{printf \"%c%c\" 0x65E5 0x1F600}}"}
        {"output":"ok","template":"{{if and (eq .Name \"web\") (gt .Count 2) (not .Off)}}ok{{end}}"}
        {"output":"a, b, c","template":"{{range $i, $e := .List}}{{if $i}}, {{end}}{{$e}}{{end}}"}
        {"output":"56","template":"{{with $x := 5}}{{with $y := 6}}{{$x}}{{$y}}{{end}}{{end}}"}
        {"output":"33","template":"{{$l := len .List}}{{$l}}{{range $i, $_ := .List}}{{if eq $i 1}}{{$l}}{{end}}{{end}}"}
        {"output":"312","template":"{{range $i := .Numbers}}{{$i}}{{end}}"}
        {"output":"tab\tinside","template":"{{ \"tab\tinside\" }}"}
        {"output":"web 3","template":"{{.Name}}{{- /* c */}} {{/* d */ -}}  {{.Count}}"}
        {"output":"00000101   A|B  |00C '\\u00e9' \"a\"     |","template":"{{printf \"%08b\" 5}} {{printf \"%3c|%-3c|%03c\" 65 66 67}} {{printf \"%+q\" 'é'}} {{printf \"%-8q|\" \"a\"}}"}
        {"output":"grö|größe 日本|| +1.23e+04  1.000 \"a\"","template":"{{printf \"%.3s|%.10s|%.0s|\" .Wide .Wide .Wide}} {{printf \"%+.2e\" 12345.678}} {{printf \"% .3f\" 1.0}} {{printf \"%#v\" \"a\"}}"}
        {"output":"1e+21 1e+20 1.23456789e+07      3|2.5       |","template":"{{printf \"%g %g %v\" 1e21 1e20 12345678.9}} {{printf \"%6.3g|%-10g|\" 3.0 2.5}}"}
        {"output":"map[deep:true] <no value> b","template":"{{$.Map.z}} {{$.Missing}} {{with .List}}{{index . 1}}{{end}}"}
        {"output":"mlzero","template":"{{if .Map}}m{{end}}{{if .List}}l{{end}}{{with 0}}a{{else}}zero{{end}}"}
        """##
}
