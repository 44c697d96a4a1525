package ceremony_test
import ("testing";"time";"sigtool/ceremony";"sigtool/ceremony/ceremonytest";"os")
func TestTmpAll(t *testing.T){ for _,code:=range []string{"lines","words"}{ for _,st:=range []string{"base58","bip39"}{
 y:="version: 1\nkind: generate\ntitle: T\nkeys:\n"
 for _,a:=range []string{"ed25519","p256","p384","p521","secp256k1","rsa2048","rsa3072","rsa4096"}{ y+="  - {label: "+a+", algorithm: "+a; if a!="secp256k1"{y+=", certificate: {subject: 'CN=x, O=Y', days: 10, not-before: 2027-01-01, ca: true}"}; y+="}\n"}
 y+="backup: {code: "+code+"}\npassphrase: {style: "+st+"}\n"
 p,err:=ceremony.ParsePlan([]byte(y)); if err!=nil{t.Fatal(err)}
 w:=ceremonytest.New(); r,err:=ceremony.NewRun(p,w.Effects("x"),ceremony.Rehearsal); if err!=nil{t.Fatal(err)}
 b:=time.Now(); if err:=ceremony.Drive(r,&ceremonytest.Operator{World:w});err!=nil{t.Fatal(err)}
 log(t,w); t.Log(code,time.Since(b),len(w.Files), len(w.Files["rsa4096.sheet.txt"])); os.WriteFile("/tmp/h5/t.jsonl",w.Files["transcript.jsonl"],0600)
}}}
