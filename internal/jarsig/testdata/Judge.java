import com.android.apksig.ApkVerifier;
import java.io.File;
import java.util.Arrays;
import java.util.TreeSet;

/** Prints what apksig finds wrong with the v1 signatures of a folder's files, whose names begin with the SDK versions to verify for: 18_30_name. */
public class Judge {
    public static void main(String[] args) throws Exception {
        File[] files = new File(args[0]).listFiles();
        Arrays.sort(files);
        for (File file : files) {
            String[] parts = file.getName().split("_");
            TreeSet<String> issues = new TreeSet<>();
            try {
                ApkVerifier.Result result = new ApkVerifier.Builder(file)
                        .setMinCheckedPlatformVersion(Integer.parseInt(parts[0]))
                        .setMaxCheckedPlatformVersion(Integer.parseInt(parts[1]))
                        .build().verify();
                for (ApkVerifier.IssueWithParams issue : result.getErrors()) {
                    issues.add(issue.getIssue().name());
                }
                for (ApkVerifier.Result.V1SchemeSignerInfo signer : result.getV1SchemeSigners()) {
                    for (ApkVerifier.IssueWithParams issue : signer.getErrors()) {
                        issues.add(issue.getIssue().name());
                    }
                }
                issues.remove("MIN_SIG_SCHEME_FOR_TARGET_SDK_NOT_MET"); // not the v1 signature's matter
            } catch (Exception e) {
                issues.add("exception");
            }
            System.out.println(file.getName() + " " + String.join(" ", issues));
        }
    }
}
