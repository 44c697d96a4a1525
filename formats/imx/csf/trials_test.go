package csf_test

import (
	"crypto"

	"sigtool/formats/imx/csf"
)

// trial is a CSF in CST's text form, and as a plan.
type trial struct {
	name, text string
	plan       func(f *forest) *csf.Plan
}

const (
	headCAAM = "[Header]\nVersion = 4.3\nHash Algorithm = sha256\nEngine = CAAM\nEngine Configuration = 0\nCertificate Format = X509\nSignature Format = CMS\n"
	headSW   = "[Header]\nVersion = 4.5\nEngine = SW\n"
	headDCP  = "[Header]\nVersion = 4.1\nEngine = DCP\nEngine Configuration = OUTSWAP32\n"
	srk0     = "[Install SRK]\nFile = \"crts/rsa.bin\"\nSource index = 0\n"
	srk2     = "[Install SRK]\nFile = \"crts/rsa.bin\"\nSource index = 2\n"
	csfk0    = "[Install CSFK]\nFile = \"crts/CSF_rsa2048_by_rsa2048_crt.pem\"\n"
	authCSF  = "[Authenticate CSF]\n"
	imgk0    = "[Install Key]\nVerification index = 0\nTarget index = 2\nFile = \"crts/IMG_rsa3072_by_rsa2048_crt.pem\"\n"
	dat0     = "[Authenticate Data]\nVerification index = 2\nBlocks = 0x10000000 0x0 0x2000 \"image.bin\"\n"
	start0   = srk0 + csfk0 + authCSF + imgk0
)

// begin are the steps of start0.
func begin(f *forest) []csf.Step {
	return []csf.Step{
		csf.InstallSRK{Table: f.rsaTable()}, csf.InstallCSFK{Cert: f.leaf("CSF", "rsa2048", "rsa2048")}, csf.AuthenticateCSF{},
		csf.InstallKey{Cert: f.leaf("IMG", "rsa3072", "rsa2048"), Target: 2},
	}
}

func whole(f *forest) csf.Step {
	return csf.AuthenticateData{Key: 2, Blocks: []csf.Block{f.block(0, 0x2000)}}
}

var (
	engineCAAM = csf.Engine{ID: csf.EngineCAAM}
	engineSW   = csf.Engine{ID: csf.EngineSW}
)

// trials sign with RSA: CST's bytes have to be ours.
func trials() []trial {
	return []trial{
		{"caam", headCAAM + start0 + dat0, func(f *forest) *csf.Plan {
			return &csf.Plan{Version: 0x43, Engine: engineCAAM, Steps: append(begin(f), whole(f))}
		}},
		{"sizes of keys, blocks, another engine", headCAAM + srk2 + "[Install CSFK]\nFile = \"crts/CSF_rsa4096_by_rsa4096_crt.pem\"\n" + authCSF +
			"[Install Key]\nVerification index = 0\nTarget index = 3\nFile = \"crts/IMG_rsa2048_by_rsa4096_crt.pem\"\n" +
			"[Authenticate Data]\nVerification index = 3\nEngine = SW\nEngine Configuration = 0\n" +
			"Blocks = 0x10000100 0x100 0x33 \"image.bin\", \\\n 0x10000000 0x0 0x40 \"image.bin\", \\\n 0x10001000 0x1000 0x1000 \"image.bin\"\n",
			func(f *forest) *csf.Plan {
				return &csf.Plan{Version: 0x43, Engine: engineCAAM, Steps: []csf.Step{
					csf.InstallSRK{Table: f.rsaTable(), Index: 2}, csf.InstallCSFK{Cert: f.leaf("CSF", "rsa4096", "rsa4096")}, csf.AuthenticateCSF{},
					csf.InstallKey{Cert: f.leaf("IMG", "rsa2048", "rsa4096"), Target: 3},
					csf.AuthenticateData{Key: 3, Engine: &engineSW, Blocks: []csf.Block{f.block(0x100, 0x33), f.block(0, 0x40), f.block(0x1000, 0x1000)}},
				}}
			}},
		{"nocak", headSW + "[Install SRK]\nFile = \"crts/fast.bin\"\nSource index = 1\n[Install NOCAK]\nFile = \"crts/FAST_rsa4096_crt.pem\"\n" + authCSF +
			"[Authenticate Data]\nVerification index = 0\nBlocks = 0x10000000 0x0 0x2000 \"image.bin\"\n", func(f *forest) *csf.Plan { return fast(f, 0x45, engineSW) }},
		{"nocak by caam", headCAAM + "[Install SRK]\nFile = \"crts/fast.bin\"\nSource index = 1\n[Install NOCAK]\nFile = \"crts/FAST_rsa4096_crt.pem\"\n" + authCSF +
			"[Authenticate Data]\nVerification index = 0\nBlocks = 0x10000000 0x0 0x2000 \"image.bin\"\n", func(f *forest) *csf.Plan { return fast(f, 0x43, engineCAAM) }},
		{"hashed entries", headSW + "[Install SRK]\nFile = \"crts/short.bin\"\nSource index = 0\n" + csfk0 + authCSF + imgk0 + dat0, func(f *forest) *csf.Plan {
			steps := append(begin(f), whole(f))
			steps[0] = csf.InstallSRK{Table: f.shortTable()}
			return &csf.Plan{Version: 0x45, Engine: engineSW, Steps: steps}
		}},
		{"features", headCAAM + "[NOP]\n" + start0 + "[Unlock]\nEngine = SNVS\nFeatures = LPSWR, ZMKWRITE\n" + dat0 +
			"[Unlock]\nEngine = OCOTP\nFeatures = FIELDRETURN, JTAG\nUID = 1, 2, 3, 4, 5, 6, 7, 0xff\n[Unlock]\nEngine = OCOTP\nFeatures = SRKREVOKE\n" +
			"[Unlock]\nEngine = SRTC\n[Init]\nEngine = CAAM\nFeatures = RNG\n[NOP]\n",
			func(f *forest) *csf.Plan {
				steps := append([]csf.Step{csf.NOP{}}, begin(f)...)
				steps = append(steps, csf.Unlock{Engine: csf.EngineSNVS, Features: []uint32{csf.UnlockSNVSReset, csf.UnlockSNVSZMK}}, whole(f),
					csf.Unlock{Engine: csf.EngineOCOTP, Features: []uint32{csf.UnlockOCOTPFieldReturn, csf.UnlockOCOTPJTAG}, UID: []byte{1, 2, 3, 4, 5, 6, 7, 255}},
					csf.Unlock{Engine: csf.EngineOCOTP, Features: []uint32{csf.UnlockOCOTPRevoke}}, csf.Unlock{Engine: 0x0c},
					csf.Init{Engine: csf.EngineCAAM, Features: []uint32{2}}, csf.NOP{})
				return &csf.Plan{Version: 0x43, Engine: engineCAAM, Steps: steps}
			}},
		{"random numbers unlocked", headCAAM + start0 + "[Unlock]\nEngine = CAAM\nFeatures = MID, RNG\n" + dat0, func(f *forest) *csf.Plan {
			return &csf.Plan{Version: 0x43, Engine: engineCAAM, Steps: append(begin(f), csf.Unlock{Engine: csf.EngineCAAM, Features: []uint32{1, 2}}, whole(f))}
		}},
		{"random numbers not mentioned", headCAAM + start0 + "[Unlock]\nEngine = CAAM\nFeatures = MID\n" + dat0, func(f *forest) *csf.Plan {
			return &csf.Plan{Version: 0x43, Engine: engineCAAM, Steps: append(begin(f), csf.Unlock{Engine: csf.EngineCAAM, Features: []uint32{1}}, whole(f))}
		}},
		{"engines", headDCP + "[Set Engine]\nEngine = CAAM\nHash Algorithm = sha256\nEngine Configuration = DSCSWAP16\n" + start0 + dat0 +
			"[Set Engine]\nEngine = ANY\nHash Algorithm = sha1\nEngine Configuration = 0\n[Authenticate Data]\nVerification index = 2\nEngine = RTIC\nEngine Configuration = KEEP\nBlocks = 0x10000010 0x10 0x20 \"image.bin\"\n",
			func(f *forest) *csf.Plan {
				steps := append([]csf.Step{csf.SetEngine{Hash: crypto.SHA256, Engine: csf.Engine{ID: csf.EngineCAAM, Config: 0x80}}}, begin(f)...)
				steps = append(steps, whole(f), csf.SetEngine{Hash: crypto.SHA1},
					csf.AuthenticateData{Key: 2, Engine: &csf.Engine{ID: csf.EngineRTIC, Config: 0x80}, Blocks: []csf.Block{f.block(0x10, 0x20)}})
				return &csf.Plan{Version: 0x41, Engine: csf.Engine{ID: csf.EngineDCP, Config: 0x20}, Steps: steps}
			}},
		{"several keys", headSW + start0 + dat0 + "[Install Key]\nVerification index = 0\nTarget index = 3\nFile = \"crts/IMG_rsa4096_by_rsa2048_crt.pem\"\n" +
			"[Authenticate Data]\nVerification index = 3\nBlocks = 0x10000400 0x400 0x7 \"image.bin\"\n" + dat0, func(f *forest) *csf.Plan {
			steps := append(begin(f), whole(f), csf.InstallKey{Cert: f.leaf("IMG", "rsa4096", "rsa2048"), Target: 3},
				csf.AuthenticateData{Key: 3, Blocks: []csf.Block{f.block(0x400, 7)}}, whole(f))
			return &csf.Plan{Version: 0x45, Engine: engineSW, Steps: steps}
		}},
		{"a key certified by another", headSW + srk0 + csfk0 + authCSF + "[Install Key]\nVerification index = 0\nTarget index = 2\nFile = \"crts/IMGCA_crt.pem\"\n" +
			"[Install Key]\nVerification index = 2\nTarget index = 3\nFile = \"crts/BELOW_crt.pem\"\n[Authenticate Data]\nVerification index = 3\n" +
			"Blocks = 0x10000000 0x0 0x2000 \"image.bin\"\n", func(f *forest) *csf.Plan {
			authority := f.add("IMGCA", "rsa2048", "SRK_rsa2048", true)
			below := f.add("BELOW", "rsa3072", "IMGCA", false)
			steps := append(begin(f)[:3], csf.InstallKey{Cert: authority, Target: 2}, csf.InstallKey{Cert: below, Verify: 2, Target: 3},
				csf.AuthenticateData{Key: 3, Blocks: []csf.Block{f.block(0, 0x2000)}})
			return &csf.Plan{Version: 0x45, Engine: engineSW, Steps: steps}
		}},
	}
}

// fast is fast authentication by an SRK that certifies nothing.
func fast(f *forest, version byte, engine csf.Engine) *csf.Plan {
	return &csf.Plan{Version: version, Engine: engine, Steps: []csf.Step{
		csf.InstallSRK{Table: f.fastTable(), Index: 1}, csf.InstallNOCAK{Cert: f.certs["FAST_rsa4096"]}, csf.AuthenticateCSF{},
		csf.AuthenticateData{Key: 0, Blocks: []csf.Block{f.block(0, 0x2000)}},
	}}
}

func (f *forest) shortTable() []byte { return f.table(1, "SRK_rsa2048", "SRK_rsa3072", "SRK_rsa4096") }
func (f *forest) fastTable() []byte  { return f.table(2, "FAST_rsa2048", "FAST_rsa4096") }
